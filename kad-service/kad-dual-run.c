/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "kad-dual-run.h"

#include "kad-dual-merge.h"
#include "kad-error.h"

typedef struct _KadDualRun KadDualRun;

typedef struct
{
  KadDualRun *dual;
  gboolean is_lan;
  KadNode *node; /* (owned) (nullable) */
  GCancellable *cancellable;
  gboolean is_waiting; /* for the network */
  gboolean has_waited; /* likewise: once */
  gboolean is_over;
  gboolean is_dropped; /* what else it would find is not needed */
  GVariant *summary;   /* (nullable) */
  GError *error;       /* (nullable) */
} Side;

struct _KadDualRun
{
  grefcount refs;
  KadService *service; /* (owned) */
  char *command;
  GVariant *options;
  KadDualRunFuncs funcs;
  gpointer user_data;
  GCancellable *cancellable; /* (owned): of who wants it */
  gulong cancelled;
  KadDualMerge *merge;
  Side sides[2];
  guint n_sides;
  guint grace_timer;
  guint end; /* source id: the waiting is over */
  gint64 started_us;
  gboolean is_done;
};

static KadDualRun *
dual_ref (KadDualRun *self)
{
  g_ref_count_inc (&self->refs);
  return self;
}

static void
dual_unref (KadDualRun *self)
{
  if (!g_ref_count_dec (&self->refs))
    return;
  for (guint i = 0; i < self->n_sides; i++)
    {
      g_clear_object (&self->sides[i].node);
      g_object_unref (self->sides[i].cancellable);
      g_clear_pointer (&self->sides[i].summary, g_variant_unref);
      g_clear_error (&self->sides[i].error);
    }
  kad_dual_merge_free (self->merge);
  g_object_unref (self->cancellable);
  g_variant_unref (self->options);
  g_object_unref (self->service);
  g_free (self->command);
  g_free (self);
}

KadNets
kad_dual_run_find_nets (const char *command, GVariant *options)
{
  gboolean once = FALSE;

  if (!kad_dual_merge_knows (command))
    return KAD_NETS_WAN;
  /* What goes on is a publication of the node where it was begun. */
  if ((g_str_equal (command, "start-provide") || g_str_equal (command, "provide-many"))
      && (!g_variant_lookup (options, "once", "b", &once) || !once))
    return KAD_NETS_WAN;
  return KAD_NETS_BOTH;
}

/* ---- the end ---- */

/* The answer that says most: that nobody has it is more than that nobody was reached. */
static GError *
steal_error (KadDualRun *self)
{
  Side *best = &self->sides[0];

  for (guint i = 1; i < self->n_sides; i++)
    if (best->error == NULL
        || g_error_matches (self->sides[i].error, KAD_ERROR, KAD_ERROR_NOT_FOUND))
      best = &self->sides[i];
  return g_steal_pointer (&best->error);
}

static GVariant *
new_summary (KadDualRun *self)
{
  gint64 duration_us = g_get_monotonic_time () - self->started_us;
  g_auto (GVariantDict) dict = G_VARIANT_DICT_INIT (NULL);

  for (guint i = 0; i < self->n_sides; i++)
    {
      Side *side = &self->sides[i];

      if (side->summary != NULL)
        kad_dual_merge_add_summary (&dict, side->summary);
      else if (side->error != NULL && !side->is_dropped)
        g_variant_dict_insert (&dict, side->is_lan ? "lan_error" : "wan_error", "s",
                               side->error->message);
    }
  kad_dual_merge_end_summary (self->merge, &dict);
  if (kad_dual_merge_has_enough (self->merge) || !g_variant_dict_contains (&dict, "outcome"))
    g_variant_dict_insert (&dict, "outcome", "s", "stopped");
  g_variant_dict_insert (&dict, "duration_us", "x", duration_us);
  return g_variant_ref_sink (g_variant_dict_end (&dict));
}

static gboolean
is_good (KadDualRun *self)
{
  gboolean found = FALSE;

  for (guint i = 0; i < self->n_sides; i++)
    found |= self->sides[i].summary != NULL || self->sides[i].is_dropped;
  return found;
}

static void
finish (KadDualRun *self)
{
  g_autoptr (GVariant) summary = NULL;
  GError *error = NULL;

  self->is_done = TRUE;
  g_clear_handle_id (&self->grace_timer, g_source_remove);
  g_clear_handle_id (&self->end, g_source_remove);
  if (self->cancelled != 0)
    g_signal_handler_disconnect (self->cancellable, self->cancelled);
  self->cancelled = 0;
  if (g_cancellable_is_cancelled (self->cancellable))
    g_cancellable_set_error_if_cancelled (self->cancellable, &error);
  else if (is_good (self))
    {
      kad_dual_merge_flush (self->merge);
      summary = new_summary (self);
    }
  else
    error = steal_error (self);
  self->funcs.done (summary, error, self->user_data);
  dual_unref (self);
}

/* The other network has given something: whoever is not in this one yet need not wait for it. */
static gboolean
can_do_without (Side *side)
{
  KadDualRun *self = side->dual;
  gboolean is_answered = FALSE;

  for (guint i = 0; i < self->n_sides; i++)
    is_answered |= &self->sides[i] != side && self->sides[i].summary != NULL;
  return is_answered && kad_dual_merge_has_some (self->merge);
}

static void cancel_side (Side *side);

static void
drop_side (Side *side)
{
  side->is_dropped = TRUE;
  cancel_side (side);
}

static void
side_is_over (Side *side)
{
  KadDualRun *self = side->dual;
  gboolean all_over = TRUE;

  side->is_over = TRUE;
  side->is_waiting = FALSE;
  if (!g_cancellable_is_cancelled (self->cancellable))
    kad_dual_merge_end_network (self->merge, side->is_lan);
  for (guint i = 0; i < self->n_sides; i++)
    {
      all_over &= self->sides[i].is_over;
      if (self->sides[i].is_waiting && can_do_without (&self->sides[i]))
        drop_side (&self->sides[i]);
    }
  if (all_over && !self->is_done)
    finish (self);
}

/* Who waits for a network is told nothing; who runs ends by itself. */
static gboolean
on_end (gpointer user_data)
{
  KadDualRun *self = dual_ref (user_data);

  self->end = 0;
  for (guint i = 0; i < self->n_sides; i++)
    if (self->sides[i].is_waiting && g_cancellable_is_cancelled (self->sides[i].cancellable))
      side_is_over (&self->sides[i]);
  dual_unref (self);
  return G_SOURCE_REMOVE;
}

static void
cancel_side (Side *side)
{
  g_cancellable_cancel (side->cancellable);
  if (side->is_waiting && side->dual->end == 0)
    side->dual->end = g_idle_add (on_end, side->dual);
}

static void
on_cancelled (GCancellable *cancellable, gpointer user_data)
{
  KadDualRun *self = user_data;

  for (guint i = 0; i < self->n_sides; i++)
    cancel_side (&self->sides[i]);
}

static void
drop_others (KadDualRun *self)
{
  for (guint i = 0; i < self->n_sides; i++)
    if (!self->sides[i].is_over)
      drop_side (&self->sides[i]);
}

static gboolean
on_grace_over (gpointer user_data)
{
  KadDualRun *self = user_data;

  self->grace_timer = 0;
  drop_others (self);
  return G_SOURCE_REMOVE;
}

/* ---- one network ---- */

static void
take_merged (GVariant *result, gpointer user_data)
{
  KadDualRun *self = user_data;

  self->funcs.result (result, self->user_data);
}

static void
on_result (KadNode *node, GVariant *result, gpointer user_data)
{
  Side *side = user_data;
  KadDualRun *self = side->dual;

  if (self->is_done || side->is_dropped || g_cancellable_is_cancelled (self->cancellable))
    return;
  kad_dual_merge_add (self->merge, side->is_lan, result);
  if (kad_dual_merge_has_enough (self->merge))
    drop_others (self);
  else if (kad_dual_merge_is_found (self->merge) && self->grace_timer == 0 && self->n_sides > 1)
    self->grace_timer = g_timeout_add (KAD_DUAL_GRACE_MS, on_grace_over, self);
}

static void wait_for_network (Side *side);

static void
on_run (GObject *source, GAsyncResult *result, gpointer user_data)
{
  Side *side = user_data;
  KadDualRun *self = side->dual;

  g_clear_error (&side->error);
  side->summary = kad_node_run_finish (KAD_NODE (source), result, &side->error);
  if (!side->has_waited && g_error_matches (side->error, KAD_ERROR, KAD_ERROR_NOT_BOOTSTRAPPED)
      && !can_do_without (side) && !g_cancellable_is_cancelled (side->cancellable))
    wait_for_network (side);
  else
    side_is_over (side);
  dual_unref (self);
}

static void
run_side (Side *side, KadNode *node)
{
  KadDualRun *self = side->dual;
  guint64 number;

  g_set_object (&side->node, node);
  number = kad_node_run_full (node, self->command, self->options, on_result, side, NULL,
                              side->cancellable, on_run, side);
  dual_ref (self);
  self->funcs.begun (side->is_lan, number, self->user_data);
}

static void
on_network (GObject *source, GAsyncResult *result, gpointer user_data)
{
  Side *side = user_data;
  KadDualRun *self = side->dual;
  g_autoptr (GError) error = NULL;
  g_autoptr (KadNode) node = NULL;

  if (side->is_lan)
    node = kad_companion_need_network_finish (KAD_COMPANION (source), result, &error);
  else
    node = kad_service_need_node_finish (KAD_SERVICE (source), result, &error);
  side->is_waiting = FALSE;
  if (side->is_over)
    ;
  else if (node != NULL && !g_cancellable_is_cancelled (side->cancellable))
    run_side (side, node);
  else
    {
      g_clear_error (&side->error);
      side->error = g_steal_pointer (&error);
      side_is_over (side);
    }
  dual_unref (self);
}

/* A node that has just been started knows nobody yet. */
static void
wait_for_network (Side *side)
{
  KadDualRun *self = dual_ref (side->dual);
  KadCompanion *companion = kad_service_get_companion (self->service);

  side->is_waiting = side->has_waited = TRUE;
  if (!side->is_lan)
    kad_service_need_network_async (self->service, NULL, on_network, side);
  else if (companion != NULL)
    kad_companion_need_network_async (companion, on_network, side);
  else
    {
      side->error = g_error_new_literal (KAD_ERROR, KAD_ERROR_NOT_RUNNING,
                                         "The node of the local network was stopped");
      cancel_side (side);
      dual_unref (self);
    }
}

static void
begin_side (Side *side, gboolean asks_network)
{
  KadService *service = side->dual->service;
  KadNode *node
      = side->is_lan ? kad_service_get_companion_node (service) : kad_service_get_node (service);

  if (asks_network || node == NULL)
    wait_for_network (side);
  else
    run_side (side, node);
}

/* ---- the whole ---- */

static void
add_side (KadDualRun *self, gboolean is_lan)
{
  Side *side = &self->sides[self->n_sides++];

  side->dual = self;
  side->is_lan = is_lan;
  side->cancellable = g_cancellable_new ();
}

void
kad_dual_run_start (KadService *service, const char *command, GVariant *options, KadNets nets,
                    gboolean asks_network, const KadDualRunFuncs *funcs, gpointer user_data,
                    GCancellable *cancellable)
{
  KadDualRun *self = g_new0 (KadDualRun, 1);

  g_ref_count_init (&self->refs);
  self->service = g_object_ref (service);
  self->command = g_strdup (command);
  self->options = g_variant_ref (options);
  self->funcs = *funcs;
  self->user_data = user_data;
  self->cancellable = g_object_ref (cancellable);
  self->merge = kad_dual_merge_new (command, options, take_merged, self);
  self->started_us = g_get_monotonic_time ();
  if ((nets & KAD_NETS_WAN) != 0)
    add_side (self, FALSE);
  else
    kad_dual_merge_end_network (self->merge, FALSE);
  if ((nets & KAD_NETS_LAN) != 0)
    add_side (self, TRUE);
  else
    kad_dual_merge_end_network (self->merge, TRUE);
  self->cancelled = g_signal_connect (cancellable, "cancelled", G_CALLBACK (on_cancelled), self);
  dual_ref (self);
  for (guint i = 0; i < self->n_sides; i++)
    begin_side (&self->sides[i], asks_network);
  dual_unref (self);
}
