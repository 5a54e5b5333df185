/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "kad-resolution.h"

#include "kad-dialer.h"
#include "kad-error.h"

/* A name at the beginning of a multiaddr stands for addresses:
 *
 *   /dns/HOST, /dns4/HOST, /dns6/HOST   that host's addresses; the component is replaced
 *                                       by ip4 or ip6, the rest stays
 *   /dnsaddr/DOMAIN[/REST]              the multiaddrs in the TXT records of
 *                                       _dnsaddr.DOMAIN, each behind "dnsaddr=", which end in
 *                                       REST; they may begin with a name again
 *                                       (libp2p specs, addressing/README.md)
 *
 * One resolution walks a tree: addresses with a name wait in `todo` with their depth, one
 * lookup runs at a time, its answers are done or go back to `todo`. What others write in
 * their DNS is bounded: KAD_MAX_DNSADDR_DEPTH, KAD_MAX_DNSADDR_RESULTS answers, and the lookups
 * that the dial has left. dnsaddr answers that end in another peer's id than the wanted one are
 * left out; the id is cut off. */

#define TXT_PREFIX "dnsaddr="

typedef struct
{
  KadMultiaddr *address;
  guint depth;
} Todo;

typedef struct
{
  GPtrArray *transports; /* (element-type KadTransport) (owned) */
  KadPeerId peer;        /* not set: anybody's */
  guint *n_lookups_left;
  GQueue todo; /* (element-type Todo) */
  Todo *current;
  GPtrArray *done; /* (element-type KadMultiaddr) */
  GError *first_error;
} Resolution;

/* The name, and how many bytes of the multiaddr it takes. */
typedef struct
{
  guint32 code;
  char *host;
  gsize end;
} Name;

static void lookup_next (GTask *task);

static void
todo_free (Todo *todo)
{
  kad_multiaddr_unref (todo->address);
  g_free (todo);
}

static void
resolution_free (Resolution *self)
{
  g_queue_clear_full (&self->todo, (GDestroyNotify) todo_free);
  g_clear_pointer (&self->current, todo_free);
  g_ptr_array_unref (self->done);
  g_ptr_array_unref (self->transports);
  g_clear_error (&self->first_error);
  g_free (self);
}

static void
name_clear (Name *name)
{
  g_clear_pointer (&name->host, g_free);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Name, name_clear)

static gboolean
is_name_code (guint32 code)
{
  return code == KAD_MULTIADDR_DNS || code == KAD_MULTIADDR_DNS4 || code == KAD_MULTIADDR_DNS6
         || code == KAD_MULTIADDR_DNSADDR;
}

static gboolean
read_name (const KadMultiaddr *address, Name *name)
{
  KadMultiaddrIter iter;
  const guint8 *value;
  gsize value_len, len;

  kad_multiaddr_iter_init (&iter, address);
  if (!kad_multiaddr_iter_next (&iter, &name->code, &value, &value_len)
      || !is_name_code (name->code))
    return FALSE;
  name->end = (gsize) (value - kad_multiaddr_get_data (address, &len)) + value_len;
  name->host = g_strndup ((const char *) value, value_len);
  return TRUE;
}

gboolean
kad_resolution_is_needed (GPtrArray *transports, const KadMultiaddr *address)
{
  g_auto (Name) name = { 0 };
  KadTransport *transport;

  if (!read_name (address, &name))
    return FALSE;
  transport = kad_dialer_find_transport (transports, address);
  return transport == NULL || !KAD_TRANSPORT_GET_CLASS (transport)->wants_names;
}

static void
keep_error (Resolution *self, GError *error)
{
  if (self->first_error == NULL)
    self->first_error = error;
  else
    g_error_free (error);
}

/* As the first transport wants it that has to know the name. Takes @address. */
static KadMultiaddr *
keep_name (Resolution *self, KadMultiaddr *address)
{
  for (guint i = 0; i < self->transports->len; i++)
    {
      KadTransportClass *klass = KAD_TRANSPORT_GET_CLASS (self->transports->pdata[i]);
      KadMultiaddr *kept = NULL;

      if (klass->keep_name != NULL)
        kept = klass->keep_name (self->transports->pdata[i], address);
      if (kept == NULL)
        continue;
      kad_multiaddr_unref (address);
      return kept;
    }
  return address;
}

/* An answer: finished, or with a name at its beginning again. */
static void
take_address (Resolution *self, KadMultiaddr *address, guint depth)
{
  g_autoptr (KadMultiaddr) owned = address;
  Todo *todo;

  if (self->done->len + self->todo.length >= KAD_MAX_DNSADDR_RESULTS)
    return;
  if (!kad_resolution_is_needed (self->transports, owned))
    {
      g_ptr_array_add (self->done, g_steal_pointer (&owned));
      return;
    }
  if (depth > KAD_MAX_DNSADDR_DEPTH)
    {
      keep_error (self, g_error_new (KAD_ERROR, KAD_ERROR_LIMIT_REACHED,
                                     "dnsaddr records refer to each other more than %d deep",
                                     KAD_MAX_DNSADDR_DEPTH));
      return;
    }
  todo = g_new0 (Todo, 1);
  todo->address = keep_name (self, g_steal_pointer (&owned));
  todo->depth = depth;
  g_queue_push_tail (&self->todo, todo);
}

/* ---- hosts ---- */

/* @address with its name replaced by an IP component. */
static KadMultiaddr *
replace_name (const KadMultiaddr *address, const Name *name, GInetAddress *inet)
{
  g_autoptr (GByteArray) bytes = g_byte_array_new ();
  gsize len;
  const guint8 *data = kad_multiaddr_get_data (address, &len);
  gboolean is_ip4 = g_inet_address_get_family (inet) == G_SOCKET_FAMILY_IPV4;
  guint8 code = is_ip4 ? KAD_MULTIADDR_IP4 : KAD_MULTIADDR_IP6;

  g_byte_array_append (bytes, &code, 1);
  g_byte_array_append (bytes, g_inet_address_to_bytes (inet),
                       (guint) g_inet_address_get_native_size (inet));
  g_byte_array_append (bytes, data + name->end, (guint) (len - name->end));
  return kad_multiaddr_new_from_bytes (bytes->data, bytes->len, NULL);
}

static void
on_hosts (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  Resolution *self = g_task_get_task_data (task);
  GError *error = NULL;
  g_auto (Name) name = { 0 };
  GList *hosts = g_resolver_lookup_by_name_with_flags_finish (G_RESOLVER (source), result, &error);

  read_name (self->current->address, &name);
  for (GList *l = hosts; l != NULL; l = l->next)
    {
      KadMultiaddr *address = replace_name (self->current->address, &name, l->data);

      if (address != NULL)
        take_address (self, address, self->current->depth);
    }
  g_resolver_free_addresses (hosts);
  if (error != NULL)
    keep_error (self, error);
  lookup_next (task);
}

static void
lookup_host (GTask *task, const Name *name)
{
  g_autoptr (GResolver) resolver = g_resolver_get_default ();
  GResolverNameLookupFlags flags = G_RESOLVER_NAME_LOOKUP_FLAGS_DEFAULT;

  if (name->code == KAD_MULTIADDR_DNS4)
    flags = G_RESOLVER_NAME_LOOKUP_FLAGS_IPV4_ONLY;
  else if (name->code == KAD_MULTIADDR_DNS6)
    flags = G_RESOLVER_NAME_LOOKUP_FLAGS_IPV6_ONLY;
  g_resolver_lookup_by_name_with_flags_async (
      resolver, name->host, flags, g_task_get_cancellable (task), on_hosts, g_object_ref (task));
}

/* ---- dnsaddr ---- */

/* Whether whole components at the end of @address are @rest. */
static gboolean
ends_in (const KadMultiaddr *address, const guint8 *rest, gsize rest_len)
{
  gsize len, at = 0;
  const guint8 *data = kad_multiaddr_get_data (address, &len);
  const guint8 *value;
  gsize value_len;
  KadMultiaddrIter iter;

  kad_multiaddr_iter_init (&iter, address);
  while (len - at > rest_len && kad_multiaddr_iter_next (&iter, NULL, &value, &value_len))
    at = (gsize) (value - data) + value_len;
  return len - at == rest_len && memcmp (data + at, rest, rest_len) == 0;
}

/* Without the /p2p/ID at its end; NULL if that is another peer than the wanted one, or all. */
static KadMultiaddr *
strip_peer (Resolution *self, KadMultiaddr *address)
{
  gsize wanted_len;
  const guint8 *wanted = kad_peer_id_get_data (&self->peer, &wanted_len);
  const guint8 *id = NULL;
  gsize id_len = 0;
  g_autoptr (KadMultiaddr) stripped = kad_multiaddr_split_peer (address, &id, &id_len);

  if (kad_peer_id_is_set (&self->peer) && id != NULL
      && (id_len != wanted_len || memcmp (id, wanted, id_len) != 0))
    return NULL;
  return g_steal_pointer (&stripped);
}

static void
take_text (Resolution *self, const char *text, const Name *name)
{
  gsize len;
  const guint8 *data = kad_multiaddr_get_data (self->current->address, &len);
  g_autoptr (KadMultiaddr) address = NULL;
  KadMultiaddr *stripped;

  if (!g_str_has_prefix (text, TXT_PREFIX))
    return;
  address = kad_multiaddr_new_from_string (text + strlen (TXT_PREFIX), NULL);
  if (address == NULL)
    return;
  stripped = strip_peer (self, address);
  if (stripped == NULL)
    return;
  /* Both have lost their ids. */
  if (ends_in (stripped, data + name->end, len - name->end))
    take_address (self, stripped, self->current->depth + 1);
  else
    kad_multiaddr_unref (stripped);
}

static void
on_records (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  Resolution *self = g_task_get_task_data (task);
  GError *error = NULL;
  g_auto (Name) name = { 0 };
  GList *records = g_resolver_lookup_records_finish (G_RESOLVER (source), result, &error);

  read_name (self->current->address, &name);
  for (GList *l = records; l != NULL; l = l->next)
    {
      g_auto (GStrv) pieces = NULL;
      g_autofree char *text = NULL;

      g_variant_get (l->data, "(^as)", &pieces);
      /* A long text comes in pieces of 255 bytes. */
      text = g_strjoinv (NULL, pieces);
      take_text (self, text, &name);
    }
  g_list_free_full (records, (GDestroyNotify) g_variant_unref);
  if (error != NULL)
    keep_error (self, error);
  lookup_next (task);
}

static void
lookup_records (GTask *task, const Name *name)
{
  g_autoptr (GResolver) resolver = g_resolver_get_default ();
  g_autofree char *domain = g_strconcat ("_dnsaddr.", name->host, NULL);

  g_resolver_lookup_records_async (resolver, domain, G_RESOLVER_RECORD_TXT,
                                   g_task_get_cancellable (task), on_records, g_object_ref (task));
}

/* ---- the walk ---- */

static void
finish (GTask *task)
{
  Resolution *self = g_task_get_task_data (task);

  if (g_task_return_error_if_cancelled (task))
    return;
  if (self->done->len > 0)
    g_task_return_pointer (task, g_ptr_array_ref (self->done), (GDestroyNotify) g_ptr_array_unref);
  else if (self->first_error != NULL)
    g_task_return_error (task, g_steal_pointer (&self->first_error));
  else if (!g_queue_is_empty (&self->todo))
    g_task_return_new_error (task, KAD_ERROR, KAD_ERROR_LIMIT_REACHED,
                             "there are too many names to look up");
  else
    g_task_return_new_error (task, KAD_ERROR, KAD_ERROR_NOT_FOUND,
                             "the name has no address that fits");
}

static void
lookup_next (GTask *task)
{
  Resolution *self = g_task_get_task_data (task);
  g_auto (Name) name = { 0 };

  g_clear_pointer (&self->current, todo_free);
  if (g_queue_is_empty (&self->todo) || *self->n_lookups_left == 0
      || g_cancellable_is_cancelled (g_task_get_cancellable (task)))
    {
      finish (task);
      return;
    }
  --*self->n_lookups_left;
  self->current = g_queue_pop_head (&self->todo);
  read_name (self->current->address, &name);
  if (name.code == KAD_MULTIADDR_DNSADDR)
    lookup_records (task, &name);
  else
    lookup_host (task, &name);
}

void
kad_resolution_run_async (GPtrArray *transports, KadMultiaddr *address, const KadPeerId *peer,
                          guint *n_lookups_left, GCancellable *cancellable,
                          GAsyncReadyCallback callback, gpointer user_data)
{
  g_autoptr (GTask) task = g_task_new (NULL, cancellable, callback, user_data);
  Resolution *self = g_new0 (Resolution, 1);

  g_task_set_source_tag (task, kad_resolution_run_async);
  g_task_set_task_data (task, self, (GDestroyNotify) resolution_free);
  self->done = g_ptr_array_new_with_free_func ((GDestroyNotify) kad_multiaddr_unref);
  self->transports = g_ptr_array_ref (transports);
  self->n_lookups_left = n_lookups_left;
  if (peer != NULL)
    self->peer = *peer;
  take_address (self, kad_multiaddr_ref (address), 0);
  lookup_next (task);
}

GPtrArray *
kad_resolution_run_finish (GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_async_result_is_tagged (result, kad_resolution_run_async), NULL);

  return g_task_propagate_pointer (G_TASK (result), error);
}
