/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Publish and unpublish: done by the engine at once, but told as done only when it is kept as it
 * was asked to be. What the engine says of it passes the outbox first, so that whoever writes the
 * state has noted it; then one flush is for all that were asked meanwhile. What cannot be kept is
 * taken back.
 */
#include "kad-error.h"
#include "kad-network-private.h"
#include "kad-network-state.h"

typedef struct
{
  KadQueryId id;
  KadPublicationSpec spec;   /* its key and tag are owned, its value is not there */
  KadPublicationRow *before; /* (owned) (nullable) how it was for the tag */
  gboolean is_publish;
  gboolean is_cancelled; /* nobody waits for it any more */
} PublishOp;

typedef struct
{
  KadNetwork *network; /* NULL once it has stopped */
  GPtrArray *ops;      /* (owned) (element-type PublishOp) */
} Flush;

static void
op_free (gpointer data)
{
  PublishOp *self = data;

  g_bytes_unref (self->spec.key);
  g_free ((char *) self->spec.tag);
  g_clear_pointer (&self->before, kad_publication_row_free);
  g_free (self);
}

static PublishOp *
op_new (KadNetwork *network, KadPublicationKind kind, GBytes *key, const char *tag)
{
  PublishOp *self = g_new0 (PublishOp, 1);

  self->id = kad_engine_next_query_id (network->engine);
  self->spec.kind = kind;
  self->spec.key = g_bytes_ref (key);
  self->spec.tag = g_strdup (tag != NULL ? tag : "");
  self->before = kad_engine_dup_publication (network->engine, kind, key, self->spec.tag);
  return self;
}

/* ---- the end ---- */

static void
op_end (KadNetwork *network, PublishOp *self, const GError *error)
{
  KadEvent *event = kad_event_new_progress (self->id, KAD_QUERY_OPERATION);

  event->step = 1;
  event->is_last = TRUE;
  event->outcome = error == NULL ? KAD_OUTCOME_COMPLETED : KAD_OUTCOME_FAILED;
  event->error = error != NULL ? g_error_copy (error) : NULL;
  if (self->is_publish)
    event->publication = kad_engine_dup_publication (network->engine, self->spec.kind,
                                                     self->spec.key, self->spec.tag);
  else
    event->publication = g_steal_pointer (&self->before);
  if (self->is_cancelled)
    kad_event_unref (event);
  else
    kad_network_emit (network, event);
}

/* As if it had not been asked. */
static void
op_take_back (KadNetwork *network, PublishOp *self)
{
  gint64 now_us = kad_reactor_get_now (network->reactor);

  if (self->before == NULL)
    {
      kad_engine_unpublish (network->engine, self->spec.kind, self->spec.key, self->spec.tag,
                            now_us, NULL);
      return;
    }
  self->spec.value = self->before->value;
  self->spec.persistent = self->before->persistent;
  kad_engine_publish (network->engine, &self->spec, now_us, NULL);
}

static void
flush_free (Flush *self)
{
  g_ptr_array_unref (self->ops);
  g_free (self);
}

static void
on_flushed (gpointer user_data, const GError *error)
{
  Flush *self = user_data;
  KadNetwork *network = self->network;

  if (network == NULL)
    {
      flush_free (self);
      return;
    }
  g_ptr_array_remove_fast (network->flushes, self);
  for (guint i = 0; i < self->ops->len; i++)
    {
      PublishOp *op = self->ops->pdata[i];

      if (error != NULL && op->is_publish)
        op_take_back (network, op);
      op_end (network, op, error);
    }
  flush_free (self);
  kad_network_wake (network);
}

void
kad_network_keep_publications (KadNetwork *self)
{
  Flush *flush;

  if (self->unflushed->len == 0)
    return;
  flush = g_new0 (Flush, 1);
  flush->network = self;
  flush->ops = g_steal_pointer (&self->unflushed);
  self->unflushed = g_ptr_array_new_with_free_func (op_free);
  g_ptr_array_add (self->flushes, flush);
  kad_network_state_flush (self, on_flushed, flush);
}

/* @error: (nullable): it was refused. Takes @op. */
static KadQueryId
op_begun (KadNetwork *network, PublishOp *op, const GError *error, gboolean is_kept)
{
  KadQueryId id = op->id;

  kad_network_wake (network);
  if (error == NULL && is_kept)
    {
      g_ptr_array_add (network->unflushed, op);
      return id;
    }
  op_end (network, op, error);
  op_free (op);
  return id;
}

KadQueryId
kad_network_publish_op (KadSwarm *swarm, const KadPublicationSpec *spec)
{
  KadNetwork *self = KAD_NETWORK (swarm);
  g_autoptr (GBytes) no_key = g_bytes_new (NULL, 0);
  GBytes *key = spec->key != NULL ? spec->key : no_key;
  PublishOp *op = op_new (self, spec->kind, key, spec->tag);
  g_autoptr (GError) error = NULL;

  op->is_publish = TRUE;
  kad_engine_publish (self->engine, spec, kad_reactor_get_now (self->reactor), &error);
  return op_begun (self, op, error,
                   spec->persistent || (op->before != NULL && op->before->persistent));
}

KadQueryId
kad_network_unpublish_op (KadSwarm *swarm, KadPublicationKind kind, GBytes *key, const char *tag)
{
  KadNetwork *self = KAD_NETWORK (swarm);
  PublishOp *op = op_new (self, kind, key, tag);
  g_autoptr (GError) error = NULL;

  kad_engine_unpublish (self->engine, kind, key, op->spec.tag, kad_reactor_get_now (self->reactor),
                        &error);
  return op_begun (self, op, error, op->before != NULL && op->before->persistent);
}

/* ---- nobody waits ---- */

static gboolean
cancel_in (GPtrArray *ops, KadQueryId id)
{
  for (guint i = 0; i < ops->len; i++)
    {
      PublishOp *op = ops->pdata[i];

      if (op->id == id)
        return op->is_cancelled = TRUE;
    }
  return FALSE;
}

gboolean
kad_network_cancel_publish_op (KadNetwork *self, KadQueryId id)
{
  gboolean found = cancel_in (self->unflushed, id);

  for (guint i = 0; i < self->flushes->len && !found; i++)
    found = cancel_in (((Flush *) self->flushes->pdata[i])->ops, id);
  return found;
}

void
kad_network_publish_ops_free (KadNetwork *self)
{
  for (guint i = 0; i < self->flushes->len; i++)
    ((Flush *) self->flushes->pdata[i])->network = NULL;
  g_ptr_array_set_size (self->flushes, 0);
  g_ptr_array_set_size (self->unflushed, 0);
}

void
kad_network_publish_ops_init (KadNetwork *self)
{
  self->unflushed = g_ptr_array_new_with_free_func (op_free);
  self->flushes = g_ptr_array_new ();
}
