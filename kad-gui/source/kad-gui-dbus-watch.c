/* SPDX-License-Identifier: GPL-3.0-or-later */
/* One object org.libkad.Kad1.Watch for the table and the figures. Topics that change while it is
 * being made are set when it is there; nobody looks: it is closed. */
#include <string.h>

#include "kad-error.h"
#include "kad-gui-dbus-private.h"

#define WATCH KAD_GUI_BUS_NAME ".Watch"

typedef struct
{
  KadGuiDbusPart parent;
  guint subscription;
  char *path;          /* (nullable) of the watch that there is */
  gboolean is_asking;  /* Watch() is under way; one at a time, also for who left and came */
  gboolean is_stale;   /* who asked for that left */
  gboolean is_setting; /* SetTopics() is under way */
  KadGuiTopics wanted; /* when one of them was called */
} WatchPart;

static void open_watch (WatchPart *self);

static GVariant *
new_topics (KadGuiTopics topics)
{
  g_auto (GVariantBuilder) builder = G_VARIANT_BUILDER_INIT (G_VARIANT_TYPE_STRING_ARRAY);

  if (topics & KAD_GUI_TOPIC_TABLE)
    {
      g_variant_builder_add (&builder, "s", "table");
      g_variant_builder_add (&builder, "s", "peers");
    }
  if (topics & KAD_GUI_TOPIC_STATS)
    g_variant_builder_add (&builder, "s", "stats");
  return g_variant_builder_end (&builder);
}

/* ---- what it tells ---- */

static void
on_signal (GDBusConnection *connection, const char *sender, const char *path, const char *interface,
           const char *signal, GVariant *parameters, gpointer user_data)
{
  WatchPart *self = user_data;
  KadGuiDbusPart **parts = self->parent.source->parts;

  if (g_strcmp0 (path, self->path) != 0)
    return;
  if (g_str_equal (signal, "Stats"))
    kad_gui_dbus_stats_told (parts[KAD_GUI_DBUS_STATS], parameters);
  else
    kad_gui_dbus_table_told (parts[KAD_GUI_DBUS_TABLE], signal, parameters);
}

/* ---- its life ---- */

static void
close_watch (WatchPart *self)
{
  if (self->path != NULL)
    kad_gui_dbus_tell (self->parent.source, self->path, WATCH, "Close");
  g_clear_pointer (&self->path, g_free);
}

static void
tell_ready (WatchPart *self, KadGuiTopics topics)
{
  KadGuiDbusPart **parts = self->parent.source->parts;

  if (topics & KAD_GUI_TOPIC_TABLE)
    kad_gui_dbus_table_watched (parts[KAD_GUI_DBUS_TABLE]);
  if (topics & KAD_GUI_TOPIC_STATS)
    kad_gui_dbus_stats_watched (parts[KAD_GUI_DBUS_STATS]);
}

static void
on_topics_set (KadGuiDbusPart *part, GVariant *reply, const GError *error)
{
  WatchPart *self = (WatchPart *) part;

  self->is_setting = FALSE;
  if (part->topics != self->wanted)
    {
      open_watch (self);
      return;
    }
  if (reply == NULL)
    g_debug ("A watch cannot be changed: %s", error->message);
  tell_ready (self, part->topics);
}

static void
on_part_topics_set (KadGuiDbusSource *source, GVariant *reply, const GError *error,
                    gpointer user_data)
{
  if (!g_error_matches (error, KAD_ERROR, KAD_ERROR_CANCELLED))
    on_topics_set (user_data, reply, error);
}

static void
on_watch (KadGuiDbusSource *source, GVariant *reply, const GError *error, gpointer user_data)
{
  WatchPart *self = user_data;
  KadGuiTopics topics = self->parent.topics;

  self->is_asking = FALSE;
  if (reply != NULL)
    g_variant_get (reply, "(o)", &self->path);
  else
    /* What there is can be read all the same. */
    g_debug ("Nothing can be watched: %s", error->message);
  if (topics == 0)
    close_watch (self);
  else if (self->path != NULL ? topics != self->wanted : self->is_stale)
    open_watch (self);
  else
    tell_ready (self, topics);
}

/* Makes it, or changes what it watches. */
static void
open_watch (WatchPart *self)
{
  KadGuiDbusPart *part = &self->parent;
  g_auto (GVariantBuilder) options = G_VARIANT_BUILDER_INIT (G_VARIANT_TYPE_VARDICT);

  if (self->is_asking || self->is_setting)
    return;
  self->wanted = part->topics;
  if (self->path != NULL)
    {
      self->is_setting = TRUE;
      kad_gui_dbus_call (part->source, part->cancellable, self->path, WATCH, "SetTopics",
                         g_variant_new ("(@as)", new_topics (part->topics)), NULL, KAD_GUI_CALL_MS,
                         on_part_topics_set, part);
      return;
    }
  self->is_asking = TRUE;
  self->is_stale = FALSE;
  /* Not cancelled: else the service would have a watch that nobody closes. */
  kad_gui_dbus_call (part->source, NULL, KAD_GUI_ROOT_PATH, "Monitor", "Watch",
                     g_variant_new ("(@asa{sv})", new_topics (part->topics), &options), "(o)",
                     KAD_GUI_CALL_MS, on_watch, self);
}

static void
watch_start (KadGuiDbusPart *part)
{
  WatchPart *self = (WatchPart *) part;

  /* All of them: the path is known only when signals may be on their way already. */
  self->subscription
      = kad_gui_dbus_subscribe (part->source, WATCH, NULL, NULL, NULL, on_signal, self);
  open_watch (self);
}

static void
watch_changed (KadGuiDbusPart *part)
{
  open_watch ((WatchPart *) part);
}

static void
watch_stop (KadGuiDbusPart *part)
{
  WatchPart *self = (WatchPart *) part;

  self->is_setting = FALSE;
  self->is_stale = TRUE;
  close_watch (self);
  kad_gui_dbus_unsubscribe (part->source, &self->subscription);
}

const KadGuiDbusPartClass kad_gui_dbus_watch_class = {
  .size = sizeof (WatchPart),
  .topics = KAD_GUI_TOPIC_TABLE | KAD_GUI_TOPIC_STATS,
  .start = watch_start,
  .changed = watch_changed,
  .stop = watch_stop,
};
