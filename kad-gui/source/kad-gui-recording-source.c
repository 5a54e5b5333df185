/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "kad-gui-recording-source.h"

#include "kad-error.h"
#include "kad-gui-recording-seek.h"

/* It does not wake up more often. */
#define WAKE_US (50 * 1000)
/* Of a way to another moment, at once: the window stays alive. */
#define SLICE_US (8 * 1000)
/* So many lines ahead are simply taken. */
#define NEAR_LINES 500
#define ALL (KAD_GUI_LINES_EVENTS | KAD_GUI_LINES_QUERIES | KAD_GUI_LINES_ALL)

struct _KadGuiRecordingSource
{
  KadGuiSource parent_instance;

  GFile *file;
  GCancellable *loading;       /* (nullable) */
  KadGuiRecordingIndex *index; /* (nullable) */
  KadGuiLines *lines;          /* (nullable) */
  KadGuiRecordingSeek *seek;   /* (nullable) a way that is being gone */
  guint seek_id;
  guint next; /* the first line that was not taken */

  gboolean playing;
  double speed;
  gint64 position_us; /* when it last stood, or was looked at */
  gint64 since_us;    /* the monotonic time of that, 0 while it stands */
  guint wake_id;
};

enum
{
  PROP_BEGIN_US = 1,
  PROP_END_US,
  PROP_POSITION_US,
  PROP_PLAYING,
  PROP_SPEED,
};

static void player_init (KadGuiPlayerInterface *iface);

G_DEFINE_FINAL_TYPE_WITH_CODE (KadGuiRecordingSource, kad_gui_recording_source, KAD_GUI_TYPE_SOURCE,
                               G_IMPLEMENT_INTERFACE (KAD_GUI_TYPE_PLAYER, player_init))

static void update (KadGuiRecordingSource *self);

static KadGuiStore *
get_store (KadGuiRecordingSource *self)
{
  return kad_gui_source_get_store (KAD_GUI_SOURCE (self));
}

/* ---- time ---- */

static gint64
get_begin_us (KadGuiRecordingSource *self)
{
  return self->index != NULL ? self->index->begin_us : 0;
}

static gint64
get_end_us (KadGuiRecordingSource *self)
{
  return self->index != NULL ? self->index->end_us : 0;
}

static gint64
get_position_us (gpointer user_data)
{
  KadGuiRecordingSource *self = user_data;
  double gone_us;

  if (self->since_us == 0)
    return self->position_us;
  gone_us = (double) (g_get_monotonic_time () - self->since_us) * self->speed;
  if (gone_us >= (double) (get_end_us (self) - self->position_us))
    return get_end_us (self);
  return self->position_us + (gint64) gone_us;
}

/* Time stands, or goes on, from here. */
static void
set_running (KadGuiRecordingSource *self, gboolean running)
{
  self->position_us = get_position_us (self);
  self->since_us = running ? g_get_monotonic_time () : 0;
}

static gboolean
may_run (KadGuiRecordingSource *self)
{
  return self->playing && self->seek == NULL && self->index != NULL
         && kad_gui_source_get_topics (KAD_GUI_SOURCE (self)) != 0;
}

static void
stop_playing (KadGuiRecordingSource *self)
{
  if (!self->playing)
    return;
  self->playing = FALSE;
  g_object_notify (G_OBJECT (self), "playing");
}

/* ---- playing ---- */

/* What is due at @position_us is seen. Gives when the next thing is due, 0: nothing. */
static gint64
take_due (KadGuiRecordingSource *self, gint64 position_us)
{
  KadGuiPeerList *peers = kad_gui_store_get_peers (get_store (self));
  guint n_peers = g_list_model_get_n_items (G_LIST_MODEL (peers));
  gint64 next_us;

  for (; self->next < self->index->lines->len
         && kad_gui_recording_index_get (self->index, self->next)->t_us <= position_us;
       self->next++)
    kad_gui_recording_take_line (self->index, self->next, self->lines);
  kad_gui_lines_flush (self->lines);
  next_us = kad_gui_peer_list_expire (peers, position_us);
  if (g_list_model_get_n_items (G_LIST_MODEL (peers)) != n_peers)
    kad_gui_store_table_changed (get_store (self));
  if (self->next < self->index->lines->len)
    {
      gint64 line_us = kad_gui_recording_index_get (self->index, self->next)->t_us;

      next_us = next_us == 0 ? line_us : MIN (next_us, line_us);
    }
  return next_us;
}

static gboolean
on_wake (gpointer user_data)
{
  KadGuiRecordingSource *self = user_data;

  self->wake_id = 0;
  update (self);
  g_object_notify (G_OBJECT (self), "position-us");
  return G_SOURCE_REMOVE;
}

static void
schedule (KadGuiRecordingSource *self, gint64 next_us)
{
  double wait_us;

  if (next_us == 0 || next_us > self->index->end_us)
    next_us = self->index->end_us;
  wait_us = (double) (next_us - get_position_us (self)) / self->speed;
  wait_us = CLAMP (wait_us, (double) WAKE_US, (double) G_MAXINT * 1000.0 / 2);
  self->wake_id = g_timeout_add ((guint) (wait_us / 1000.0) + 1, on_wake, self);
}

/* Takes what is due, and sees to it that what comes is taken when it is. */
static void
update (KadGuiRecordingSource *self)
{
  gboolean runs = may_run (self);
  gint64 next_us;

  g_clear_handle_id (&self->wake_id, g_source_remove);
  set_running (self, runs);
  if (self->index == NULL || self->seek != NULL)
    return;
  next_us = take_due (self, self->position_us);
  if (self->position_us >= self->index->end_us)
    {
      set_running (self, FALSE);
      stop_playing (self);
    }
  else if (runs)
    schedule (self, next_us);
}

/* ---- to another moment ---- */

static void
stop_seek (KadGuiRecordingSource *self)
{
  g_clear_handle_id (&self->seek_id, g_source_remove);
  g_clear_pointer (&self->seek, kad_gui_recording_seek_free);
}

static gboolean
on_seek (gpointer user_data)
{
  KadGuiRecordingSource *self = user_data;

  if (kad_gui_recording_seek_work (self->seek, SLICE_US))
    return G_SOURCE_CONTINUE;
  self->seek_id = 0;
  g_clear_pointer (&self->lines, kad_gui_lines_free);
  self->lines = kad_gui_recording_seek_finish (self->seek, get_store (self));
  kad_gui_lines_set_flags (self->lines, ALL);
  stop_seek (self);
  update (self);
  return G_SOURCE_REMOVE;
}

static void
seek (KadGuiPlayer *player, gint64 position_us)
{
  KadGuiRecordingSource *self = KAD_GUI_RECORDING_SOURCE (player);
  gboolean is_back = position_us < get_position_us (self);
  guint n_lines;

  if (self->index == NULL)
    return;
  n_lines = kad_gui_recording_index_find (self->index, position_us);
  set_running (self, FALSE);
  self->position_us = position_us;
  if (is_back || self->seek != NULL || n_lines > self->next + NEAR_LINES)
    {
      stop_seek (self);
      self->seek = kad_gui_recording_seek_new (self->index, n_lines, get_position_us, self);
      self->next = n_lines;
      self->seek_id = g_idle_add (on_seek, self);
    }
  update (self);
  g_object_notify (G_OBJECT (self), "position-us");
}

static void
set_playing (KadGuiPlayer *player, gboolean playing)
{
  KadGuiRecordingSource *self = KAD_GUI_RECORDING_SOURCE (player);

  if (self->playing == playing || self->index == NULL)
    return;
  if (playing && get_position_us (self) >= self->index->end_us)
    seek (player, self->index->begin_us);
  self->playing = playing;
  g_object_notify (G_OBJECT (self), "playing");
  update (self);
  if (!playing)
    g_object_notify (G_OBJECT (self), "position-us");
}

static void
set_speed (KadGuiPlayer *player, double speed)
{
  KadGuiRecordingSource *self = KAD_GUI_RECORDING_SOURCE (player);

  if (self->speed == speed)
    return;
  set_running (self, FALSE);
  self->speed = speed;
  g_object_notify (G_OBJECT (self), "speed");
  update (self);
}

static void
player_init (KadGuiPlayerInterface *iface)
{
  iface->seek = seek;
  iface->set_playing = set_playing;
  iface->set_speed = set_speed;
}

/* ---- opening ---- */

static void
load (GTask *task, gpointer source, gpointer task_data, GCancellable *cancellable)
{
  GError *error = NULL;
  KadGuiRecordingIndex *index = kad_gui_recording_index_load (task_data, cancellable, &error);

  if (index != NULL)
    g_task_return_pointer (task, index, (GDestroyNotify) kad_gui_recording_index_free);
  else
    g_task_return_error (task, error);
}

static void
forget (KadGuiRecordingSource *self)
{
  stop_seek (self);
  g_clear_handle_id (&self->wake_id, g_source_remove);
  set_running (self, FALSE);
  self->playing = FALSE;
  self->next = 0;
  g_clear_pointer (&self->lines, kad_gui_lines_free);
  g_clear_pointer (&self->index, kad_gui_recording_index_free);
}

static void
begin (KadGuiRecordingSource *self)
{
  g_autoptr (KadGuiStore) empty = kad_gui_store_new ();

  self->position_us = self->index->begin_us;
  kad_gui_store_take (get_store (self), empty);
  self->lines = kad_gui_lines_new (get_store (self), ALL);
  kad_gui_recording_take_header (self->index, self->lines);
}

static void
on_loaded (GObject *object, GAsyncResult *result, gpointer user_data)
{
  KadGuiRecordingSource *self = KAD_GUI_RECORDING_SOURCE (object);
  g_autoptr (GError) error = NULL;
  KadGuiRecordingIndex *index = g_task_propagate_pointer (G_TASK (result), &error);

  /* Closed meanwhile, and perhaps opened anew. */
  if (g_task_get_cancellable (G_TASK (result)) != self->loading)
    {
      g_clear_pointer (&index, kad_gui_recording_index_free);
      return;
    }
  g_clear_object (&self->loading);
  if (index == NULL)
    {
      kad_gui_source_set_state (KAD_GUI_SOURCE (self), KAD_GUI_SOURCE_FAILED,
                                kad_error_get_name (error), error->message);
      return;
    }
  self->index = index;
  begin (self);
  g_object_freeze_notify (object);
  g_object_notify (object, "begin-us");
  g_object_notify (object, "end-us");
  g_object_notify (object, "position-us");
  kad_gui_source_set_state (KAD_GUI_SOURCE (self), KAD_GUI_SOURCE_OPEN, NULL, NULL);
  g_object_thaw_notify (object);
  update (self);
}

static void
open_recording (KadGuiSource *source)
{
  KadGuiRecordingSource *self = KAD_GUI_RECORDING_SOURCE (source);
  g_autoptr (GTask) task = NULL;

  forget (self);
  self->loading = g_cancellable_new ();
  task = g_task_new (self, self->loading, on_loaded, NULL);
  /* What it says of its end is more than that somebody waits no longer. */
  g_task_set_check_cancellable (task, FALSE);
  g_task_set_task_data (task, g_object_ref (self->file), g_object_unref);
  g_task_run_in_thread (task, load);
}

static void
close_recording (KadGuiSource *source)
{
  KadGuiRecordingSource *self = KAD_GUI_RECORDING_SOURCE (source);

  if (self->loading != NULL)
    g_cancellable_cancel (self->loading);
  g_clear_object (&self->loading);
  forget (self);
}

static void
follow (KadGuiSource *source, KadGuiTopics topics)
{
  update (KAD_GUI_RECORDING_SOURCE (source));
}

/* ---- its life ---- */

KadGuiSource *
kad_gui_recording_source_new (GFile *file)
{
  KadGuiRecordingSource *self = g_object_new (KAD_GUI_TYPE_RECORDING_SOURCE, NULL);
  g_autofree char *name = g_file_get_basename (file);
  g_autofree char *title = g_filename_display_name (name);

  self->file = g_object_ref (file);
  kad_gui_source_set_title (KAD_GUI_SOURCE (self), title);
  return KAD_GUI_SOURCE (self);
}

gboolean
kad_gui_recording_source_get_seeking (KadGuiRecordingSource *self)
{
  return self->seek != NULL;
}

static void
kad_gui_recording_source_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  KadGuiRecordingSource *self = KAD_GUI_RECORDING_SOURCE (object);

  switch (id)
    {
    case PROP_BEGIN_US:
      g_value_set_int64 (value, get_begin_us (self));
      break;
    case PROP_END_US:
      g_value_set_int64 (value, get_end_us (self));
      break;
    case PROP_POSITION_US:
      g_value_set_int64 (value, get_position_us (self));
      break;
    case PROP_PLAYING:
      g_value_set_boolean (value, self->playing);
      break;
    case PROP_SPEED:
      g_value_set_double (value, self->speed);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}

static void
kad_gui_recording_source_finalize (GObject *object)
{
  KadGuiRecordingSource *self = KAD_GUI_RECORDING_SOURCE (object);

  forget (self);
  g_clear_object (&self->loading);
  g_clear_object (&self->file);
  kad_gui_store_set_clock (get_store (self), NULL, NULL);
  G_OBJECT_CLASS (kad_gui_recording_source_parent_class)->finalize (object);
}

static void
kad_gui_recording_source_class_init (KadGuiRecordingSourceClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  KadGuiSourceClass *source_class = KAD_GUI_SOURCE_CLASS (klass);

  object_class->get_property = kad_gui_recording_source_get_property;
  object_class->finalize = kad_gui_recording_source_finalize;
  source_class->abilities = 0;
  source_class->open = open_recording;
  source_class->close = close_recording;
  source_class->follow = follow;
  g_object_class_override_property (object_class, PROP_BEGIN_US, "begin-us");
  g_object_class_override_property (object_class, PROP_END_US, "end-us");
  g_object_class_override_property (object_class, PROP_POSITION_US, "position-us");
  g_object_class_override_property (object_class, PROP_PLAYING, "playing");
  g_object_class_override_property (object_class, PROP_SPEED, "speed");
}

static void
kad_gui_recording_source_init (KadGuiRecordingSource *self)
{
  self->speed = 1;
  kad_gui_store_set_clock (get_store (self), get_position_us, self);
}
