/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "kad-show-table-command.h"

#include <glib/gi18n-lib.h>

#include "kad-error.h"
#include "kad-key.h"
#include "kad-result.h"

/* As many as a reader of a large table may want to see again at once. */
#define MAX_PEERS 4096

/**
 * KadShowTableCommand:
 *
 * Gives the routing table as it is now, a result a peer. An empty table has no results,
 * which is not an error. Done at once.
 *
 * Of `bucket`, `connected` and `peers`, those that are given must all hold. `peers` are ids with
 * commas between them, at most 4,096; those that are not in the table have no result.
 */
struct _KadShowTableCommand
{
  KadCommandHandler parent_instance;

  int bucket; /* -1: any */
  gboolean connected;
  char *peers; /* (nullable) */
};

G_DEFINE_FINAL_TYPE (KadShowTableCommand, kad_show_table_command, KAD_TYPE_COMMAND_HANDLER)

enum
{
  PROP_BUCKET = 1,
  PROP_CONNECTED,
  PROP_PEERS,
};

/* (element-type KadPeerId) (transfer full): NULL with an error */
static GArray *
parse_peers (const char *text, GError **error)
{
  g_autoptr (GArray) peers = g_array_new (FALSE, FALSE, sizeof (KadPeerId));
  g_auto (GStrv) words = g_strsplit (text, ",", MAX_PEERS + 1);

  for (guint i = 0; words[i] != NULL; i++)
    {
      KadPeerId peer;

      if (i == MAX_PEERS)
        {
          g_set_error (error, KAD_ERROR, KAD_ERROR_INVALID_ARGUMENT,
                       "At most %d peers can be asked for at once", MAX_PEERS);
          return NULL;
        }
      if (!kad_peer_id_parse (&peer, words[i], error))
        return NULL;
      g_array_append_val (peers, peer);
    }
  return g_steal_pointer (&peers);
}

static gboolean
validate (KadCommandHandler *handler, GError **error)
{
  KadShowTableCommand *self = KAD_SHOW_TABLE_COMMAND (handler);
  g_autoptr (GArray) peers = NULL;

  if (self->peers == NULL)
    return TRUE;
  peers = parse_peers (self->peers, error);
  return peers != NULL;
}

/* (element-type KadTableRow) (transfer full) */
static GPtrArray *
dup_rows_of (KadSwarm *swarm, GArray *peers)
{
  GPtrArray *rows = g_ptr_array_new_with_free_func ((GDestroyNotify) kad_table_row_free);

  for (guint i = 0; i < peers->len; i++)
    {
      KadTableRow *row = kad_swarm_dup_table_row (swarm, &g_array_index (peers, KadPeerId, i));

      if (row != NULL)
        g_ptr_array_add (rows, row);
    }
  return rows;
}

static gboolean
is_wanted (KadShowTableCommand *self, const KadTableRow *row)
{
  return (self->bucket < 0 || row->bucket == (guint) self->bucket)
         && (!self->connected || row->connected);
}

static void
run (KadCommandHandler *handler, KadSwarm *swarm)
{
  KadShowTableCommand *self = KAD_SHOW_TABLE_COMMAND (handler);
  g_autoptr (GPtrArray) rows = NULL;
  GError *error = NULL;

  if (self->peers != NULL)
    {
      g_autoptr (GArray) peers = parse_peers (self->peers, &error);

      if (peers == NULL)
        {
          kad_command_handler_fail (handler, error);
          return;
        }
      rows = dup_rows_of (swarm, peers);
    }
  else
    {
      rows = kad_swarm_dup_table (swarm);
    }
  for (guint i = 0; i < rows->len && !kad_command_handler_is_done (handler); i++)
    if (is_wanted (self, rows->pdata[i]))
      kad_command_handler_report (handler, kad_result_new_table_row (rows->pdata[i]));
  if (!kad_command_handler_is_done (handler))
    kad_command_handler_finish (handler, NULL);
}

static void
set_property (GObject *object, guint id, const GValue *value, GParamSpec *pspec)
{
  KadShowTableCommand *self = KAD_SHOW_TABLE_COMMAND (object);

  switch (id)
    {
    case PROP_BUCKET:
      self->bucket = g_value_get_int (value);
      break;
    case PROP_CONNECTED:
      self->connected = g_value_get_boolean (value);
      break;
    case PROP_PEERS:
      self->peers = g_value_dup_string (value);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}

static void
finalize (GObject *object)
{
  KadShowTableCommand *self = KAD_SHOW_TABLE_COMMAND (object);

  g_clear_pointer (&self->peers, g_free);
  G_OBJECT_CLASS (kad_show_table_command_parent_class)->finalize (object);
}

static void
kad_show_table_command_class_init (KadShowTableCommandClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  KadCommandHandlerClass *command_class = KAD_COMMAND_HANDLER_CLASS (klass);

  object_class->set_property = set_property;
  object_class->finalize = finalize;
  command_class->summary = N_ ("Show the routing table");
  command_class->broadcasts = KAD_EVENT_BITS_OWN;
  command_class->run = run;
  command_class->validate = validate;

  g_object_class_install_property (object_class, PROP_BUCKET,
                                   g_param_spec_int ("bucket", N_ ("Bucket"),
                                                     N_ ("Only this bucket; -1: all of them"), -1,
                                                     KAD_KEY_BITS - 1, -1, KAD_PARAM_ARGUMENT));
  g_object_class_install_property (
      object_class, PROP_CONNECTED,
      g_param_spec_boolean ("connected", N_ ("Connected"),
                            N_ ("Only peers with whom there is a connection"), FALSE,
                            KAD_PARAM_ARGUMENT));
  g_object_class_install_property (object_class, PROP_PEERS,
                                   g_param_spec_string ("peers", N_ ("Peers"),
                                                        N_ ("Only these, with commas between them"),
                                                        NULL, KAD_PARAM_ARGUMENT));
}

static void
kad_show_table_command_init (KadShowTableCommand *self)
{
  self->bucket = -1;
}
