/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "kad-demo-guest.h"

#include "kad-demo-cast.h"
#include "kad-service-names.h"

#define ROUTING_INTERFACE "org.libkad.Kad1.Routing"
#define QUERY_INTERFACE "org.libkad.Kad1.Query"
#define PUBLICATIONS_INTERFACE "org.libkad.Kad1.Publications"
/* Queries are detached, so that they are everybody's, and stay a minute: about twenty are there. */
#define ASK_EVERY_MS 3500
#define PUBLISH_EVERY_MS 700
/* More than others keep of one peer: nobody takes it. */
#define LARGE_VALUE_BYTES 12000

typedef enum
{
  CONTENT,
  RECORD,
} Kind;

static const struct
{
  Kind kind;
  const char *key;
  const char *value; /* NULL: a large one */
  const char *app_id;
  gboolean is_persistent;
} publications[] = {
  { CONTENT, "text:holiday-photos", NULL, "org.example.Photos", TRUE },
  { CONTENT, "text:recipes", NULL, "org.example.Recipes", TRUE },
  { RECORD, "text:profile/guest", "{\"name\":\"Guest\",\"status\":\"looking around\"}",
    "org.example.Chat", TRUE },
  { RECORD, "text:notes/everything", NULL, "org.example.Notes", TRUE },
  { CONTENT, "text:film-festival-opening.webm", NULL, "org.example.Player", FALSE },
};

struct _KadDemoGuest
{
  KadDemo *demo;
  GCancellable *cancellable;
  GDBusConnection *connection; /* (nullable) */
  guint n_published;
  guint n_asked;
  guint timer;
};

static void plan_next (KadDemoGuest *self, guint wait_ms);

/* ---- publishing ---- */

static void
on_published (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GVariant) answer
      = g_dbus_connection_call_finish (G_DBUS_CONNECTION (source), result, &error);

  if (answer == NULL)
    g_debug ("The guest cannot publish: %s", error->message);
}

static GVariant *
new_publication_options (guint number)
{
  g_auto (GVariantDict) options = G_VARIANT_DICT_INIT (NULL);

  g_variant_dict_insert (&options, "lifetime", "s",
                         publications[number].is_persistent ? "persistent" : "session");
  g_variant_dict_insert (&options, "app-id", "s", publications[number].app_id);
  return g_variant_dict_end (&options);
}

static GVariant *
new_value (const char *text)
{
  g_autofree char *large = NULL;

  if (text == NULL)
    text = large = g_strnfill (LARGE_VALUE_BYTES, 'n');
  return g_variant_new_fixed_array (G_VARIANT_TYPE_BYTE, text, strlen (text), 1);
}

static void
publish (KadDemoGuest *self, guint number)
{
  GVariant *options = new_publication_options (number);
  gboolean is_record = publications[number].kind == RECORD;
  GVariant *arguments = is_record ? g_variant_new ("(s@ay@a{sv})", publications[number].key,
                                                   new_value (publications[number].value), options)
                                  : g_variant_new ("(s@a{sv})", publications[number].key, options);

  g_dbus_connection_call (self->connection, NULL, KAD_ROOT_PATH, PUBLICATIONS_INTERFACE,
                          is_record ? "PutRecord" : "Provide", arguments, NULL,
                          G_DBUS_CALL_FLAGS_NONE, -1, self->cancellable, on_published, NULL);
}

/* ---- asking ---- */

static void
on_prepared (GObject *source, GAsyncResult *result, gpointer user_data)
{
  GDBusConnection *connection = G_DBUS_CONNECTION (source);
  g_autoptr (GError) error = NULL;
  g_autoptr (GVariant) answer = g_dbus_connection_call_finish (connection, result, &error);
  const char *path;

  if (answer == NULL)
    {
      g_debug ("The guest cannot ask: %s", error->message);
      return;
    }
  g_variant_get (answer, "(&o)", &path);
  g_dbus_connection_call (connection, NULL, path, QUERY_INTERFACE, "Start", NULL, NULL,
                          G_DBUS_CALL_FLAGS_NONE, -1, NULL, NULL, NULL);
}

/* Who pauses or stops the node wants it to be so. */
static void
ask (KadDemoGuest *self, const char *kind, const char *key)
{
  g_auto (GVariantDict) options = G_VARIANT_DICT_INIT (NULL);

  g_variant_dict_insert (&options, "detached", "b", TRUE);
  g_variant_dict_insert (&options, "trace", "b", TRUE);
  g_variant_dict_insert (&options, "no-start", "b", TRUE);
  g_dbus_connection_call (self->connection, NULL, KAD_ROOT_PATH, ROUTING_INTERFACE, "PrepareQuery",
                          g_variant_new ("(ss@a{sv})", kind, key, g_variant_dict_end (&options)),
                          G_VARIANT_TYPE ("(o)"), G_DBUS_CALL_FLAGS_NONE, -1, self->cancellable,
                          on_prepared, NULL);
}

static guint
draw (KadDemoGuest *self, guint n)
{
  return (guint) g_rand_int_range (kad_demo_get_rand (self->demo), 0, (gint32) n);
}

/* All kinds in turn; some of what is asked for is nowhere. */
static void
ask_any (KadDemoGuest *self)
{
  guint n_records;
  guint n_contents;
  const KadDemoRecord *records = kad_demo_cast_get_records (&n_records);
  const KadDemoContent *contents = kad_demo_cast_get_contents (&n_contents);
  g_autofree char *peer = NULL;
  g_autofree char *place = NULL;

  switch (self->n_asked++ % 7)
    {
    case 0:
    case 4:
      ask (self, "find-providers", contents[draw (self, n_contents)].key);
      break;
    case 1:
      ask (self, "get-record", records[draw (self, n_records)].key);
      break;
    case 2:
      place = g_strdup_printf ("text:somewhere/%u", draw (self, 1000));
      ask (self, "closest-peers", place);
      break;
    case 3:
      peer = kad_demo_pick_peer (self->demo);
      ask (self, "find-peer", peer);
      break;
    case 5:
      ask (self, "provide", contents[draw (self, n_contents)].key);
      break;
    default:
      ask (self, "get-record", draw (self, 2) == 0 ? "text:nobody/has-this" : "text:profile/bao");
      break;
    }
}

/* ---- one after the other ---- */

static gboolean
on_next (gpointer user_data)
{
  KadDemoGuest *self = user_data;

  self->timer = 0;
  if (self->n_published < G_N_ELEMENTS (publications))
    {
      publish (self, self->n_published++);
      plan_next (self, PUBLISH_EVERY_MS);
    }
  else
    plan_next (self, ASK_EVERY_MS / 2 + draw (self, ASK_EVERY_MS));
  ask_any (self);
  return G_SOURCE_REMOVE;
}

static void
plan_next (KadDemoGuest *self, guint wait_ms)
{
  self->timer = g_timeout_add (wait_ms, on_next, self);
}

/* ---- life ---- */

static void
on_connected (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GError) error = NULL;
  GDBusConnection *connection = g_dbus_connection_new_for_address_finish (result, &error);
  KadDemoGuest *self = user_data;

  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return;
  if (connection == NULL)
    {
      g_message ("The guest of the demonstration does not get in: %s", error->message);
      return;
    }
  self->connection = connection;
  plan_next (self, PUBLISH_EVERY_MS);
}

KadDemoGuest *
kad_demo_guest_new (KadDemo *demo, const char *address)
{
  KadDemoGuest *self = g_new0 (KadDemoGuest, 1);

  self->demo = demo;
  self->cancellable = g_cancellable_new ();
  g_dbus_connection_new_for_address (address, G_DBUS_CONNECTION_FLAGS_AUTHENTICATION_CLIENT, NULL,
                                     self->cancellable, on_connected, self);
  return self;
}

void
kad_demo_guest_free (KadDemoGuest *self)
{
  g_clear_handle_id (&self->timer, g_source_remove);
  g_cancellable_cancel (self->cancellable);
  g_object_unref (self->cancellable);
  if (self->connection != NULL)
    g_dbus_connection_close (self->connection, NULL, NULL, NULL);
  g_clear_object (&self->connection);
  g_free (self);
}
