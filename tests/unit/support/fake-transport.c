/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "fake-transport.h"

#include <unistd.h>

#include "kad-error.h"

G_DEFINE_FINAL_TYPE (FakeTransport, fake_transport, KAD_TYPE_TRANSPORT)
G_DEFINE_FINAL_TYPE (FakeResolver, fake_resolver, G_TYPE_RESOLVER)

/* ---- the transport ---- */

static gboolean
can_dial (KadTransport *transport, const KadMultiaddr *address)
{
  return kad_multiaddr_has_protocol (address, KAD_MULTIADDR_TCP)
         && (FAKE_TRANSPORT (transport)->takes_names
             || kad_multiaddr_has_protocol (address, KAD_MULTIADDR_IP4)
             || kad_multiaddr_has_protocol (address, KAD_MULTIADDR_IP6));
}

static gboolean
on_cancelled (GCancellable *cancellable, gpointer user_data)
{
  GTask *task = user_data;

  FAKE_TRANSPORT (g_task_get_source_object (task))->n_cancelled++;
  g_task_return_error_if_cancelled (task);
  return G_SOURCE_REMOVE;
}

static void
dial_async (KadTransport *transport, KadMultiaddr *address, GCancellable *cancellable,
            GAsyncReadyCallback callback, gpointer user_data)
{
  FakeTransport *self = FAKE_TRANSPORT (transport);
  g_autoptr (GTask) task = g_task_new (transport, cancellable, callback, user_data);
  g_autofree char *text = kad_multiaddr_to_string (address);
  guint16 port = 0;

  g_string_append_printf (self->dialled, "%s ", text);
  kad_multiaddr_get_port (address, &port);
  if (port == 1)
    g_task_return_pointer (task, kad_link_new_for_fd (dup (1), NULL, address), g_object_unref);
  else if (port == 2)
    g_task_return_new_error (task, KAD_ERROR, KAD_ERROR_DIAL_FAILED, "refused");
  else
    {
      g_autoptr (GSource) source = g_cancellable_source_new (cancellable);

      g_task_attach_source (task, source, G_SOURCE_FUNC (on_cancelled));
    }
}

static KadLink *
dial_finish (KadTransport *transport, GAsyncResult *result, GError **error)
{
  return g_task_propagate_pointer (G_TASK (result), error);
}

static void
fake_transport_finalize (GObject *object)
{
  g_string_free (FAKE_TRANSPORT (object)->dialled, TRUE);
  G_OBJECT_CLASS (fake_transport_parent_class)->finalize (object);
}

static void
fake_transport_class_init (FakeTransportClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = fake_transport_finalize;
  KAD_TRANSPORT_CLASS (klass)->can_dial = can_dial;
  KAD_TRANSPORT_CLASS (klass)->dial_async = dial_async;
  KAD_TRANSPORT_CLASS (klass)->dial_finish = dial_finish;
}

static void
fake_transport_init (FakeTransport *self)
{
  self->dialled = g_string_new (NULL);
}

GPtrArray *
fake_addresses (const char *texts)
{
  GPtrArray *addresses = g_ptr_array_new_with_free_func ((GDestroyNotify) kad_multiaddr_unref);
  g_auto (GStrv) parts = g_strsplit (texts, " ", -1);

  for (guint i = 0; parts[i] != NULL; i++)
    {
      g_autoptr (GError) error = NULL;

      if (*parts[i] == '\0')
        continue;
      g_ptr_array_add (addresses, kad_multiaddr_new_from_string (parts[i], &error));
      g_assert_no_error (error);
    }
  return addresses;
}

/* ---- the resolver ---- */

static char **
look_up (GTask *task, GHashTable *table, const char *name)
{
  const char *answer = g_hash_table_lookup (table, name);

  if (answer != NULL)
    return g_strsplit (answer, " ", -1);
  g_task_return_new_error (task, G_RESOLVER_ERROR, G_RESOLVER_ERROR_NOT_FOUND, "no such name");
  return NULL;
}

static void
free_addresses (gpointer list)
{
  g_resolver_free_addresses (list);
}

static void
lookup_hosts (GResolver *resolver, const char *name, GResolverNameLookupFlags flags,
              GCancellable *cancellable, GAsyncReadyCallback callback, gpointer user_data)
{
  FakeResolver *self = FAKE_RESOLVER (resolver);
  g_autoptr (GTask) task = g_task_new (resolver, cancellable, callback, user_data);
  g_auto (GStrv) texts = look_up (task, self->hosts, name);
  GList *addresses = NULL;

  self->n_lookups++;
  for (guint i = 0; texts != NULL && texts[i] != NULL; i++)
    {
      g_autoptr (GInetAddress) address = g_inet_address_new_from_string (texts[i]);
      gboolean is_ip4 = g_inet_address_get_family (address) == G_SOCKET_FAMILY_IPV4;

      if ((is_ip4 && (flags & G_RESOLVER_NAME_LOOKUP_FLAGS_IPV6_ONLY) == 0)
          || (!is_ip4 && (flags & G_RESOLVER_NAME_LOOKUP_FLAGS_IPV4_ONLY) == 0))
        addresses = g_list_append (addresses, g_steal_pointer (&address));
    }
  if (texts != NULL)
    g_task_return_pointer (task, addresses, free_addresses);
}

static void
lookup_any_hosts (GResolver *resolver, const char *name, GCancellable *cancellable,
                  GAsyncReadyCallback callback, gpointer user_data)
{
  lookup_hosts (resolver, name, G_RESOLVER_NAME_LOOKUP_FLAGS_DEFAULT, cancellable, callback,
                user_data);
}

static void
free_records (gpointer list)
{
  g_list_free_full (list, (GDestroyNotify) g_variant_unref);
}

static void
lookup_texts (GResolver *resolver, const char *name, GResolverRecordType type,
              GCancellable *cancellable, GAsyncReadyCallback callback, gpointer user_data)
{
  FakeResolver *self = FAKE_RESOLVER (resolver);
  g_autoptr (GTask) task = g_task_new (resolver, cancellable, callback, user_data);
  g_auto (GStrv) texts = look_up (task, self->texts, name);
  GList *records = NULL;

  self->n_lookups++;
  g_assert_cmpint (type, ==, G_RESOLVER_RECORD_TXT);
  for (guint i = 0; texts != NULL && texts[i] != NULL; i++)
    {
      /* In two pieces, as a long text comes. */
      g_autofree char *half = g_strndup (texts[i], strlen (texts[i]) / 2);
      const char *pieces[] = { half, texts[i] + strlen (half), NULL };

      records = g_list_append (records, g_variant_ref_sink (g_variant_new ("(^as)", pieces)));
    }
  if (texts != NULL)
    g_task_return_pointer (task, records, free_records);
}

static GList *
lookup_finish (GResolver *resolver, GAsyncResult *result, GError **error)
{
  return g_task_propagate_pointer (G_TASK (result), error);
}

static void
fake_resolver_finalize (GObject *object)
{
  g_hash_table_unref (FAKE_RESOLVER (object)->hosts);
  g_hash_table_unref (FAKE_RESOLVER (object)->texts);
  G_OBJECT_CLASS (fake_resolver_parent_class)->finalize (object);
}

static void
fake_resolver_class_init (FakeResolverClass *klass)
{
  GResolverClass *resolver_class = G_RESOLVER_CLASS (klass);

  G_OBJECT_CLASS (klass)->finalize = fake_resolver_finalize;
  /* GLib takes this one where there are no flags. */
  resolver_class->lookup_by_name_async = lookup_any_hosts;
  resolver_class->lookup_by_name_finish = lookup_finish;
  resolver_class->lookup_by_name_with_flags_async = lookup_hosts;
  resolver_class->lookup_by_name_with_flags_finish = lookup_finish;
  resolver_class->lookup_records_async = lookup_texts;
  resolver_class->lookup_records_finish = lookup_finish;
}

static void
fake_resolver_init (FakeResolver *self)
{
  self->hosts = g_hash_table_new (g_str_hash, g_str_equal);
  self->texts = g_hash_table_new (g_str_hash, g_str_equal);
}
