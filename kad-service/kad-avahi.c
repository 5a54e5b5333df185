/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "kad-avahi.h"

#include "kad-local-txt.h"

/*
 * One service browser says which names there are, on any interface; a name may be on several. A
 * record browser reads the TXT records of a name, as long as it is looked up. Avahi's resolver
 * would want an SRV record and addresses, too, which js-libp2p does not send.
 *
 * What we announce is an entry group: the service, and the addresses of a host name of our own,
 * which is the name of the service. So whatever Avahi sends of us is one packet with PTR, SRV, TXT
 * and addresses, which is what go-libp2p wants before it takes notice. Each time it is under a new
 * name: go-libp2p does not look twice at one that it knows.
 */

#define BUS_NAME "org.freedesktop.Avahi"
#define SERVER BUS_NAME ".Server2"
#define GROUP BUS_NAME ".EntryGroup"
#define SERVICES BUS_NAME ".ServiceBrowser"
#define RECORDS BUS_NAME ".RecordBrowser"
#define ANY (-1) /* interface, protocol */
#define CLASS_IN 1
#define TYPE_TXT 16
#define NO_REVERSE 16 /* AVAHI_PUBLISH_NO_REVERSE */
#define PORT 4001     /* there has to be one, and nobody looks at it */
#define MAX_COLLISIONS 8
#define MAX_NAME 63 /* a label of DNS */
#define MAX_NAMES 8192

enum
{
  GROUP_COLLISION = 3,
  GROUP_FAILURE = 4,
};

typedef struct
{
  KadAvahi *avahi;
  char *name;
  char *path; /* (nullable) of its record browser, until there is one */
} Lookup;

struct _KadAvahi
{
  GDBusConnection *bus;
  KadAvahiDelegate delegate;
  gpointer user_data;
  guint watch;
  guint subscriptions[3];
  GCancellable *cancellable; /* (nullable) of this avahi-daemon; NULL: it is not there */

  char *browser;       /* (nullable) path */
  GHashTable *places;  /* (element-type utf8 guint): on how many interfaces a name is */
  GHashTable *lookups; /* (element-type utf8 Lookup) */
  GHashTable *by_path; /* (element-type utf8 Lookup) */

  GVariant *txt;  /* (nullable) */
  char *group;    /* (nullable) path */
  char *own_name; /* (nullable) announced by it */
  guint n_collisions;
  gboolean is_refused; /* told */
};

/* ---- calls ---- */

static void
call (KadAvahi *self, const char *path, const char *interface, const char *method,
      GVariant *arguments, GAsyncReadyCallback callback, gpointer user_data)
{
  g_dbus_connection_call (self->bus, BUS_NAME, path, interface, method, arguments, NULL,
                          G_DBUS_CALL_FLAGS_NO_AUTO_START, -1,
                          callback != NULL ? self->cancellable : NULL, callback, user_data);
}

static void
let_go (KadAvahi *self, char **path, const char *interface)
{
  if (*path != NULL && self->cancellable != NULL)
    call (self, *path, interface, "Free", NULL, NULL, NULL);
  g_clear_pointer (path, g_free);
}

/* (nullable): the path in an answer. NULL: a failure, perhaps because the caller is gone.
 * @what: (nullable): what Avahi does not do then, for the log. */
static char *
finish_path (GObject *source, GAsyncResult *result, const char *what)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GVariant) answer
      = g_dbus_connection_call_finish (G_DBUS_CONNECTION (source), result, &error);
  char *path = NULL;

  if (answer != NULL && g_variant_is_of_type (answer, G_VARIANT_TYPE ("(o)")))
    g_variant_get (answer, "(o)", &path);
  else if (what != NULL && !g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    g_message ("Avahi does not %s: %s", what, error != NULL ? error->message : "a strange answer");
  return path;
}

/* ---- lookups ---- */

static void
lookup_free (gpointer data)
{
  Lookup *self = data;

  if (self->path != NULL)
    g_hash_table_remove (self->avahi->by_path, self->path);
  let_go (self->avahi, &self->path, RECORDS);
  g_free (self->name);
  g_free (self);
}

typedef struct
{
  KadAvahi *avahi;
  char *name;
} LookupCall;

static void
on_records_prepared (GObject *source, GAsyncResult *result, gpointer user_data)
{
  LookupCall *asked = user_data;
  g_autofree char *name = asked->name;
  KadAvahi *self = asked->avahi;
  g_autofree char *path = finish_path (source, result, NULL);
  Lookup *lookup;

  g_free (asked);
  if (path == NULL)
    return;
  lookup = g_hash_table_lookup (self->lookups, name);
  /* It ended meanwhile. */
  if (lookup == NULL || lookup->path != NULL)
    {
      let_go (self, &path, RECORDS);
      return;
    }
  lookup->path = g_steal_pointer (&path);
  g_hash_table_insert (self->by_path, lookup->path, lookup);
  call (self, lookup->path, RECORDS, "Start", NULL, NULL, NULL);
}

void
kad_avahi_begin_lookup (KadAvahi *self, const char *name)
{
  g_autofree char *whole = kad_local_txt_join_name (name);
  LookupCall *asked;
  Lookup *lookup;

  if (self->cancellable == NULL || g_hash_table_contains (self->lookups, name))
    return;
  lookup = g_new0 (Lookup, 1);
  lookup->avahi = self;
  lookup->name = g_strdup (name);
  g_hash_table_insert (self->lookups, lookup->name, lookup);
  asked = g_new (LookupCall, 1);
  *asked = (LookupCall){ .avahi = self, .name = g_strdup (name) };
  call (self, "/", SERVER, "RecordBrowserPrepare",
        g_variant_new ("(iisqqu)", ANY, ANY, whole, CLASS_IN, TYPE_TXT, 0), on_records_prepared,
        asked);
}

void
kad_avahi_end_lookup (KadAvahi *self, const char *name)
{
  g_hash_table_remove (self->lookups, name);
}

/* ---- names of others ---- */

static void
name_appeared (KadAvahi *self, const char *name)
{
  guint n = GPOINTER_TO_UINT (g_hash_table_lookup (self->places, name));

  if (n == 0 && g_hash_table_size (self->places) >= MAX_NAMES)
    return;
  g_hash_table_insert (self->places, g_strdup (name), GUINT_TO_POINTER (n + 1));
  self->delegate.appeared (self->user_data, name);
}

static void
name_vanished (KadAvahi *self, const char *name)
{
  guint n = GPOINTER_TO_UINT (g_hash_table_lookup (self->places, name));

  if (n > 1)
    g_hash_table_insert (self->places, g_strdup (name), GUINT_TO_POINTER (n - 1));
  if (n != 1)
    return;
  g_hash_table_remove (self->places, name);
  self->delegate.vanished (self->user_data, name);
}

static void
on_services_signal (GDBusConnection *bus, const char *sender, const char *path,
                    const char *interface, const char *signal, GVariant *arguments,
                    gpointer user_data)
{
  KadAvahi *self = user_data;
  const char *name;

  if (g_strcmp0 (path, self->browser) != 0)
    return;
  if (g_str_equal (signal, "Failure"))
    g_message ("Avahi looks for nobody any more");
  if (!g_variant_is_of_type (arguments, G_VARIANT_TYPE ("(iisssu)")))
    return;
  g_variant_get (arguments, "(ii&s&s&su)", NULL, NULL, &name, NULL, NULL, NULL);
  if (strlen (name) > MAX_NAME || g_strcmp0 (name, self->own_name) == 0)
    return;
  if (g_str_equal (signal, "ItemNew"))
    name_appeared (self, name);
  else if (g_str_equal (signal, "ItemRemove"))
    name_vanished (self, name);
}

static void
on_records_signal (GDBusConnection *bus, const char *sender, const char *path,
                   const char *interface, const char *signal, GVariant *arguments,
                   gpointer user_data)
{
  KadAvahi *self = user_data;
  Lookup *lookup = g_hash_table_lookup (self->by_path, path);
  g_autoptr (GVariant) data = NULL;
  const guint8 *bytes;
  gsize len;

  if (lookup == NULL || !g_str_equal (signal, "ItemNew")
      || !g_variant_is_of_type (arguments, G_VARIANT_TYPE ("(iisqqayu)")))
    return;
  data = g_variant_get_child_value (arguments, 5);
  bytes = g_variant_get_fixed_array (data, &len, 1);
  self->delegate.told (self->user_data, lookup->name, bytes, len);
}

static void
on_services_prepared (GObject *source, GAsyncResult *result, gpointer user_data)
{
  KadAvahi *self = user_data;
  char *path = finish_path (source, result, "look for others");

  if (path == NULL)
    return;
  self->browser = path;
  call (self, path, SERVICES, "Start", NULL, NULL, NULL);
}

/* ---- ours ---- */

static void begin_group (KadAvahi *self);

static void
on_group_filled (GObject *source, GAsyncResult *result, gpointer user_data)
{
  KadAvahi *self = user_data;
  g_autoptr (GError) error = NULL;
  g_autoptr (GVariant) answer
      = g_dbus_connection_call_finish (G_DBUS_CONNECTION (source), result, &error);

  if (answer != NULL || g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED)
      || self->is_refused)
    return;
  self->is_refused = TRUE;
  g_message ("Avahi does not announce us: %s", error->message);
}

static void
fill_group (KadAvahi *self)
{
  g_autoptr (GPtrArray) hosts = kad_local_txt_dup_hosts (self->txt);
  g_autofree char *host = g_strconcat (self->own_name, "." KAD_LOCAL_DOMAIN, NULL);

  call (self, self->group, GROUP, "AddService",
        g_variant_new ("(iiussssq@aay)", ANY, ANY, 0, self->own_name, KAD_LOCAL_SERVICE, "", host,
                       PORT, self->txt),
        on_group_filled, self);
  for (guint i = 0; i < hosts->len; i++)
    call (self, self->group, GROUP, "AddAddress",
          g_variant_new ("(iiuss)", ANY, ANY, NO_REVERSE, host, hosts->pdata[i]), on_group_filled,
          self);
  call (self, self->group, GROUP, "Commit", NULL, on_group_filled, self);
}

static void
on_group (GObject *source, GAsyncResult *result, gpointer user_data)
{
  KadAvahi *self = user_data;
  g_autofree char *path = finish_path (source, result, "announce us");

  if (path == NULL)
    return;
  /* What is to be said was changed meanwhile. */
  let_go (self, &self->group, GROUP);
  self->group = g_steal_pointer (&path);
  if (self->txt == NULL)
    let_go (self, &self->group, GROUP);
  else
    fill_group (self);
}

static void
begin_group (KadAvahi *self)
{
  let_go (self, &self->group, GROUP);
  g_clear_pointer (&self->own_name, g_free);
  if (self->txt == NULL || self->cancellable == NULL)
    return;
  self->own_name = kad_local_txt_new_name ();
  call (self, "/", SERVER, "EntryGroupNew", NULL, on_group, self);
}

static void
on_group_signal (GDBusConnection *bus, const char *sender, const char *path, const char *interface,
                 const char *signal, GVariant *arguments, gpointer user_data)
{
  KadAvahi *self = user_data;
  const char *error;
  int state;

  if (g_strcmp0 (path, self->group) != 0
      || !g_variant_is_of_type (arguments, G_VARIANT_TYPE ("(is)")))
    return;
  g_variant_get (arguments, "(i&s)", &state, &error);
  if (state == GROUP_COLLISION && self->n_collisions++ < MAX_COLLISIONS)
    begin_group (self);
  else if (state == GROUP_COLLISION || state == GROUP_FAILURE)
    g_message ("Avahi does not announce us any more: %s", error);
}

void
kad_avahi_announce (KadAvahi *self, GVariant *txt)
{
  if (txt != NULL)
    g_variant_ref_sink (txt);
  g_clear_pointer (&self->txt, g_variant_unref);
  self->txt = txt;
  self->n_collisions = 0;
  begin_group (self);
}

/* ---- avahi-daemon ---- */

/* All of its objects went with it. */
static void
forget (KadAvahi *self)
{
  if (self->cancellable != NULL)
    g_cancellable_cancel (self->cancellable);
  g_clear_object (&self->cancellable);
  g_hash_table_remove_all (self->lookups);
  g_hash_table_remove_all (self->places);
  g_clear_pointer (&self->browser, g_free);
  g_clear_pointer (&self->group, g_free);
  g_clear_pointer (&self->own_name, g_free);
}

static void
on_appeared (GDBusConnection *bus, const char *name, const char *owner, gpointer user_data)
{
  KadAvahi *self = user_data;

  forget (self);
  self->cancellable = g_cancellable_new ();
  self->is_refused = FALSE;
  self->delegate.changed (self->user_data, TRUE);
  call (self, "/", SERVER, "ServiceBrowserPrepare",
        g_variant_new ("(iissu)", ANY, ANY, KAD_LOCAL_SERVICE, KAD_LOCAL_DOMAIN, 0),
        on_services_prepared, self);
  begin_group (self);
}

static void
on_vanished (GDBusConnection *bus, const char *name, gpointer user_data)
{
  KadAvahi *self = user_data;

  forget (self);
  self->delegate.changed (self->user_data, FALSE);
}

KadAvahi *
kad_avahi_new (GDBusConnection *system_bus, const KadAvahiDelegate *delegate, gpointer user_data)
{
  static const struct
  {
    const char *interface;
    GDBusSignalCallback callback;
  } signals[] = {
    { SERVICES, on_services_signal },
    { RECORDS, on_records_signal },
    { GROUP, on_group_signal },
  };
  KadAvahi *self = g_new0 (KadAvahi, 1);

  self->bus = g_object_ref (system_bus);
  self->delegate = *delegate;
  self->user_data = user_data;
  self->by_path = g_hash_table_new (g_str_hash, g_str_equal);
  self->lookups = g_hash_table_new_full (g_str_hash, g_str_equal, NULL, lookup_free);
  self->places = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  for (guint i = 0; i < G_N_ELEMENTS (signals); i++)
    self->subscriptions[i] = g_dbus_connection_signal_subscribe (
        system_bus, BUS_NAME, signals[i].interface, NULL, NULL, NULL, G_DBUS_SIGNAL_FLAGS_NONE,
        signals[i].callback, self, NULL);
  self->watch = g_bus_watch_name_on_connection (system_bus, BUS_NAME, G_BUS_NAME_WATCHER_FLAGS_NONE,
                                                on_appeared, on_vanished, self, NULL);
  return self;
}

void
kad_avahi_free (KadAvahi *self)
{
  g_bus_unwatch_name (self->watch);
  for (guint i = 0; i < G_N_ELEMENTS (self->subscriptions); i++)
    g_dbus_connection_signal_unsubscribe (self->bus, self->subscriptions[i]);
  g_hash_table_remove_all (self->lookups);
  let_go (self, &self->browser, SERVICES);
  let_go (self, &self->group, GROUP);
  forget (self);
  g_hash_table_unref (self->lookups);
  g_hash_table_unref (self->places);
  g_hash_table_unref (self->by_path);
  g_clear_pointer (&self->txt, g_variant_unref);
  g_object_unref (self->bus);
  g_free (self);
}
