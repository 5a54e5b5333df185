/* SPDX-License-Identifier: GPL-3.0-or-later */
/* org.libkad.Kad1.Records: see data/org.libkad.Kad1.Records.xml. */
#include "kad-call-options.h"
#include "kad-dbus.h"
#include "kad-error.h"
#include "kad-interfaces.h"
#include "kad-key-text.h"
#include "kad-service-call.h"

#define MAX_ROWS 1000

/* What a list is made of, in this order: how many there are, then the rows. */
typedef struct
{
  const char *command;
  const char *counters; /* in the statistics */
  const char *gauge;    /* likewise */
  const char *row_type;
  GVariant *(*new_row) (GVariant *row);
} ListKind;

typedef struct
{
  const ListKind *kind;
  GVariant *options; /* (owned) of the call */
  guint from, max;
  guint64 serial, total;
} ListCall;

static void
list_call_free (ListCall *self)
{
  g_variant_unref (self->options);
  g_free (self);
}

static GVariant *
dup_bytes (GVariant *row, const char *name)
{
  GVariant *bytes = g_variant_lookup_value (row, name, G_VARIANT_TYPE_BYTESTRING);

  return bytes != NULL ? bytes : g_variant_ref_sink (g_variant_new_bytestring (""));
}

static GVariant *
new_provider_row (GVariant *row)
{
  g_autoptr (GVariant) key = dup_bytes (row, "key");
  g_autofree const char **addresses = NULL;
  static const char *const none[] = { NULL };
  const char *peer = "";
  gint64 expires_us = 0;

  g_variant_lookup (row, "peer", "&s", &peer);
  g_variant_lookup (row, "addresses", "^a&s", &addresses);
  g_variant_lookup (row, "expires_us", "x", &expires_us);
  return g_variant_new ("(@ays^asx)", key, peer, addresses != NULL ? addresses : none, expires_us);
}

static GVariant *
new_record_row (GVariant *row)
{
  g_autoptr (GVariant) key = dup_bytes (row, "key");
  const char *from = "";
  guint64 size = 0;
  gint64 expires_us = 0;

  g_variant_lookup (row, "from", "&s", &from);
  g_variant_lookup (row, "size", "t", &size);
  g_variant_lookup (row, "expires_us", "x", &expires_us);
  return g_variant_new ("(@aysux)", key, from, (guint) MIN (size, G_MAXUINT), expires_us);
}

static const ListKind providers
    = { "show-providers", "providers", "providers", "a(aysasx)", new_provider_row };
static const ListKind records
    = { "show-records", "records", "records", "a(aysux)", new_record_row };

static void
on_rows (KadServiceCall *call, GPtrArray *results, GVariant *summary, GError *error,
         gpointer user_data)
{
  ListCall *list = user_data;
  g_auto (GVariantBuilder) rows
      = G_VARIANT_BUILDER_INIT ((const GVariantType *) list->kind->row_type);

  for (guint i = 0; error == NULL && i < results->len; i++)
    {
      g_autoptr (GVariant) row = kad_call_result (results->pdata[i]);

      g_variant_builder_add_value (&rows, list->kind->new_row (row));
    }
  if (error != NULL)
    kad_service_call_fail (call, error);
  else
    kad_service_call_return (call,
                             g_variant_new ("(t@*u)", list->serial, g_variant_builder_end (&rows),
                                            (guint) MIN (list->total, G_MAXUINT)));
  list_call_free (list);
}

static guint64
lookup_number (GVariant *dict, const char *section, const char *name)
{
  g_autoptr (GVariant) inner = g_variant_lookup_value (dict, section, G_VARIANT_TYPE_VARDICT);
  g_autoptr (GVariant) value = inner != NULL ? g_variant_lookup_value (inner, name, NULL) : NULL;

  if (value != NULL && g_variant_is_of_type (value, G_VARIANT_TYPE_UINT64))
    return g_variant_get_uint64 (value);
  if (value != NULL && g_variant_is_of_type (value, G_VARIANT_TYPE_UINT32))
    return g_variant_get_uint32 (value);
  return 0;
}

/* Whatever comes or goes moves a counter or the gauge. */
static void
on_stats (KadServiceCall *call, GPtrArray *results, GVariant *summary, GError *error,
          gpointer user_data)
{
  ListCall *list = user_data;
  g_auto (GVariantBuilder) options = G_VARIANT_BUILDER_INIT (G_VARIANT_TYPE_VARDICT);
  g_autoptr (GVariant) stats = NULL;

  if (error != NULL)
    {
      kad_service_call_fail (call, error);
      list_call_free (list);
      return;
    }
  if (results->len > 0)
    {
      stats = kad_call_result (results->pdata[0]);
      list->total = lookup_number (stats, "now", list->kind->gauge);
      list->serial = (lookup_number (stats, list->kind->counters, "stored")
                      + lookup_number (stats, list->kind->counters, "expired"))
                         * 2
                     + list->total;
    }
  g_variant_builder_add (&options, "{sv}", "from", g_variant_new_uint32 (list->from));
  g_variant_builder_add (&options, "{sv}", "limit", g_variant_new_uint32 (list->max));
  kad_service_call_run (call, list->options, list->kind->command, g_variant_builder_end (&options),
                        on_rows, list);
}

static void
begin_list (KadService *service, GDBusMethodInvocation *invocation, const ListKind *kind,
            guint from, guint max, GVariant *options)
{
  static const char *const known[] = { "no-start", NULL };
  KadServiceCall *call;
  ListCall *list;
  GError *error = NULL;

  if (kad_call_options_check (options, known, &error) && (max == 0 || max > MAX_ROWS))
    g_set_error (&error, KAD_ERROR, KAD_ERROR_INVALID_ARGUMENT,
                 "%u rows were asked for; a call gives from 1 to %d", max, MAX_ROWS);
  if (error != NULL)
    {
      g_dbus_method_invocation_take_error (invocation, error);
      return;
    }
  call = kad_service_call_begin (service, invocation);
  if (call == NULL)
    return;
  list = g_new0 (ListCall, 1);
  list->kind = kind;
  list->options = g_variant_ref (options);
  list->from = from;
  list->max = max;
  kad_service_call_run (call, options, "show-stats", g_variant_new ("a{sv}", NULL), on_stats, list);
}

static gboolean
handle_list_providers (KadDbusRecords *skeleton, GDBusMethodInvocation *invocation, guint from,
                       guint max, GVariant *options, gpointer user_data)
{
  begin_list (user_data, invocation, &providers, from, max, options);
  return G_DBUS_METHOD_INVOCATION_HANDLED;
}

static gboolean
handle_list_records (KadDbusRecords *skeleton, GDBusMethodInvocation *invocation, guint from,
                     guint max, GVariant *options, gpointer user_data)
{
  begin_list (user_data, invocation, &records, from, max, options);
  return G_DBUS_METHOD_INVOCATION_HANDLED;
}

static void
on_removed (KadServiceCall *call, GPtrArray *results, GVariant *summary, GError *error,
            gpointer user_data)
{
  if (error != NULL)
    kad_service_call_fail (call, error);
  else
    kad_service_call_return (call, NULL);
}

static gboolean
handle_remove_record (KadDbusRecords *skeleton, GDBusMethodInvocation *invocation, const char *key,
                      gpointer user_data)
{
  g_auto (GVariantBuilder) options = G_VARIANT_BUILDER_INIT (G_VARIANT_TYPE_VARDICT);
  g_autoptr (GVariant) none = g_variant_ref_sink (g_variant_new ("a{sv}", NULL));
  GError *error = NULL;
  g_autoptr (GBytes) bytes = kad_key_text_parse (key, KAD_KEY_USE_RECORD, FALSE, &error);
  KadServiceCall *call;

  if (bytes == NULL)
    {
      g_dbus_method_invocation_take_error (invocation, error);
      return G_DBUS_METHOD_INVOCATION_HANDLED;
    }
  call = kad_service_call_begin (user_data, invocation);
  if (call == NULL)
    return G_DBUS_METHOD_INVOCATION_HANDLED;
  g_variant_builder_add (&options, "{sv}", "key",
                         g_variant_new_from_bytes (G_VARIANT_TYPE_BYTESTRING, bytes, TRUE));
  kad_service_call_run (call, none, "remove-record", g_variant_builder_end (&options), on_removed,
                        NULL);
  return G_DBUS_METHOD_INVOCATION_HANDLED;
}

GDBusInterfaceSkeleton *
kad_records_interface_new (KadService *service)
{
  KadDbusRecords *skeleton = kad_dbus_records_skeleton_new ();

  g_signal_connect (skeleton, "handle-list-providers", G_CALLBACK (handle_list_providers), service);
  g_signal_connect (skeleton, "handle-list-records", G_CALLBACK (handle_list_records), service);
  g_signal_connect (skeleton, "handle-remove-record", G_CALLBACK (handle_remove_record), service);
  return G_DBUS_INTERFACE_SKELETON (skeleton);
}
