/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "kad-node-events.h"

#include <glib/gi18n.h>
#include <unistd.h>

#include "kad-json-writer.h"
#include "kad-module.h"
#include "kad-result.h"
#include "kad-stream-format.h"

gboolean
kad_node_events_is_told (KadEventType type)
{
  switch (type)
    {
    case KAD_EVENT_JOINED:
    case KAD_EVENT_JOIN_FAILED:
    case KAD_EVENT_PEER_CONNECTED:
    case KAD_EVENT_PEER_DISCONNECTED:
    case KAD_EVENT_TABLE_ADDED:
    case KAD_EVENT_TABLE_REMOVED:
    case KAD_EVENT_PROVIDER_STORED:
    case KAD_EVENT_RECORD_STORED:
    case KAD_EVENT_QUERY_STARTED:
    case KAD_EVENT_QUERY_FINISHED:
    case KAD_EVENT_MODULE_FAILED:
    case KAD_EVENT_ADDRESSES_CHANGED:
    case KAD_EVENT_RESUMED:
    case KAD_EVENT_CLOCK_STEPPED:
      return TRUE;
    default:
      return FALSE;
    }
}

/* "joined: table 3": the same words as in JSON, which are those of the documentation. */
static char *
dup_words (GVariant *fields)
{
  g_autoptr (GString) line = g_string_new (NULL);
  GVariantIter iter;
  const char *name;
  GVariant *boxed;

  g_variant_iter_init (&iter, fields);
  while (g_variant_iter_next (&iter, "{&sv}", &name, &boxed))
    {
      g_autoptr (GVariant) value = boxed;

      if (line->len > 0)
        g_string_append_printf (line, "%s%s ", strchr (line->str, ' ') == NULL ? ": " : ", ", name);
      if (g_variant_is_of_type (value, G_VARIANT_TYPE_STRING))
        g_string_append (line, g_variant_get_string (value, NULL));
      else
        kad_json_append_variant (line, value);
    }
  return g_string_free (g_steal_pointer (&line), FALSE);
}

static void
print_fields (KadOutput *output, GVariant *fields)
{
  g_autofree char *line = NULL;

  if (kad_output_is_json (output))
    {
      kad_output_json (output, NULL, fields);
      return;
    }
  line = dup_words (fields);
  kad_output_line (output, line);
}

void
kad_node_events_print (KadOutput *output, const KadEvent *event)
{
  g_autoptr (GVariant) fields = NULL;
  g_autofree char *line = NULL;

  if (kad_output_is_json (output))
    {
      line = kad_stream_format_event (event);
      kad_output_line (output, line);
      return;
    }
  fields = g_variant_ref_sink (kad_result_new_event (event));
  print_fields (output, fields);
}

static void
print_module (KadOutput *output, KadModule *module)
{
  g_auto (GVariantBuilder) builder = G_VARIANT_BUILDER_INIT (G_VARIANT_TYPE_VARDICT);
  g_autoptr (GVariant) fields = NULL;

  g_variant_builder_add (&builder, "{sv}", "event", g_variant_new_string ("module"));
  g_variant_builder_add (&builder, "{sv}", "name",
                         g_variant_new_string (kad_module_get_name (module)));
  g_variant_builder_add (&builder, "{sv}", "version",
                         g_variant_new_string (kad_module_get_version (module)));
  g_variant_builder_add (&builder, "{sv}", "file",
                         g_variant_new_string (kad_module_get_file (module)));
  g_variant_builder_add (&builder, "{sv}", "commands",
                         g_variant_new_strv (kad_module_get_commands (module), -1));
  g_variant_builder_add (&builder, "{sv}", "transports",
                         g_variant_new_strv (kad_module_get_transports (module), -1));
  fields = g_variant_ref_sink (g_variant_builder_end (&builder));
  print_fields (output, fields);
}

void
kad_node_events_print_modules (KadOutput *output)
{
  g_autoptr (GPtrArray) modules = kad_modules_list ();

  for (guint i = 0; i < modules->len; i++)
    if (!kad_module_is_own (modules->pdata[i])
        && kad_module_get_state (modules->pdata[i]) == KAD_MODULE_LOADED)
      print_module (output, modules->pdata[i]);
}

void
kad_node_events_print_listening (KadOutput *output, KadNode *node, const guint *number)
{
  g_auto (GVariantBuilder) builder = G_VARIANT_BUILDER_INIT (G_VARIANT_TYPE_VARDICT);
  g_auto (GStrv) addresses = kad_node_dup_addresses (node);
  g_autofree char *peer = kad_peer_id_to_string (kad_node_get_peer_id (node));

  if (!kad_output_is_json (output))
    {
      g_autofree char *joined = g_strjoinv ("\n  ", addresses);
      g_autofree char *line = addresses[0] != NULL
                                  ? g_strdup_printf (_ ("%s listens on\n  %s"), peer, joined)
                                  : g_strdup_printf (_ ("%s runs and does not listen"), peer);

      kad_output_line (output, line);
      return;
    }
  g_variant_builder_add (&builder, "{sv}", "event", g_variant_new_string ("listening"));
  if (number != NULL)
    g_variant_builder_add (&builder, "{sv}", "node", g_variant_new_uint32 (*number));
  g_variant_builder_add (&builder, "{sv}", "peer", g_variant_new_string (peer));
  g_variant_builder_add (&builder, "{sv}", "addresses",
                         g_variant_new_strv ((const char *const *) addresses, -1));
  g_variant_builder_add (&builder, "{sv}", "pid", g_variant_new_int32 ((gint32) getpid ()));
  kad_output_json (output, NULL, g_variant_builder_end (&builder));
}
