/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "kad-gui-publication.h"
#include "kad-gui-store.h"

G_BEGIN_DECLS

/* What somebody looks at, and what a source therefore has to follow. */
typedef enum
{
  KAD_GUI_TOPIC_TABLE = 1 << 0,   /* routing table, its buckets, connections */
  KAD_GUI_TOPIC_QUERIES = 1 << 1, /* queries with their steps */
  KAD_GUI_TOPIC_EVENTS = 1 << 2,  /* events with their deliveries; modules */
  KAD_GUI_TOPIC_STATS = 1 << 3,   /* status, figures, series */
  KAD_GUI_TOPIC_PUBLICATIONS = 1 << 4,
  KAD_GUI_TOPIC_RECORDS = 1 << 5,
} KadGuiTopics;

/* What can be done with what is behind the source. A page hides, or shows as impossible, what
 * cannot. */
typedef enum
{
  KAD_GUI_CAN_RUN = 1 << 0,     /* commands: queries, dial, ping .. */
  KAD_GUI_CAN_CONTROL = 1 << 1, /* start, stop, pause, resume */
  KAD_GUI_CAN_PUBLISH = 1 << 2, /* change publications, remove records */
  KAD_GUI_CAN_CHECK = 1 << 3,   /* the health */
  KAD_GUI_IS_LIVE = 1 << 4,     /* no recording */
} KadGuiAbilities;

typedef enum
{
  KAD_GUI_SOURCE_CLOSED,
  KAD_GUI_SOURCE_CONNECTING,
  KAD_GUI_SOURCE_OPEN,
  KAD_GUI_SOURCE_FAILED, /* error-code and error-message say why; open() tries again */
} KadGuiSourceState;

typedef enum
{
  KAD_GUI_CONTROL_START,
  KAD_GUI_CONTROL_STOP,
  KAD_GUI_CONTROL_PAUSE,
  KAD_GUI_CONTROL_RESUME,
} KadGuiControl;

#define KAD_GUI_TYPE_SOURCE (kad_gui_source_get_type ())

/**
 * KadGuiSource:
 *
 * Where what is seen comes from: a service on D-Bus, a recording, a node in this process. It feeds
 * its store. It knows no widget, and a widget knows nothing of it but this. Main thread; calls
 * return at once.
 *
 * Properties: "store", "state" (KadGuiSourceState as uint), "title" (for people), "error-code"
 * ("NoService", "NoBus", "Version", "NotAuthorized", "Corrupt", or a code of KAD_ERROR),
 * "error-message", "paused", "lost".
 */
G_DECLARE_DERIVABLE_TYPE (KadGuiSource, kad_gui_source, KAD_GUI, SOURCE, GObject)

struct _KadGuiSourceClass
{
  GObjectClass parent_class;

  KadGuiAbilities abilities;

  /* Begin, again after a failure, too; set_state() tells how it went. */
  void (*open) (KadGuiSource *self);
  /* Stop everything; nothing is fed after it. */
  void (*close) (KadGuiSource *self);
  /* Topics or pause changed: get_topics() gives what is to be followed now, 0 while paused.
   * Snapshots of what is new are read. Only called while it is open. */
  void (*follow) (KadGuiSource *self, KadGuiTopics topics);
  /* Read all that is followed again. */
  void (*refresh) (KadGuiSource *self);
  /* A command and its properties as a{sv}; @task returns a GVariant (aa{sv}a{sv}): results,
   * summary. */
  void (*run) (KadGuiSource *self, const char *command, GVariant *options, GTask *task);
  /* A query of our own: in the store at once, with own and kind set. */
  KadGuiQuery *(*start_query) (KadGuiSource *self, const char *command, GVariant *options,
                               GError **error);
  void (*cancel_query) (KadGuiSource *self, KadGuiQuery *query);
  /* @task returns a boolean; so do those below. */
  void (*control) (KadGuiSource *self, KadGuiControl what, GTask *task);
  void (*change_publication) (KadGuiSource *self, KadGuiPublication *publication, gboolean remove,
                              GTask *task);
  /* Fills the checks of the store. */
  void (*check_health) (KadGuiSource *self, GTask *task);
};

KadGuiStore *kad_gui_source_get_store (KadGuiSource *self);
KadGuiAbilities kad_gui_source_get_abilities (KadGuiSource *self);
KadGuiSourceState kad_gui_source_get_state (KadGuiSource *self);
const char *kad_gui_source_get_title (KadGuiSource *self);
/* "": it did not fail. */
const char *kad_gui_source_get_error_code (KadGuiSource *self);
const char *kad_gui_source_get_error_message (KadGuiSource *self);

void kad_gui_source_open (KadGuiSource *self);
void kad_gui_source_close (KadGuiSource *self);
/* 0: nobody looks. */
void kad_gui_source_set_topics (KadGuiSource *self, KadGuiTopics topics);
/* What is followed now. */
KadGuiTopics kad_gui_source_get_topics (KadGuiSource *self);
/* A pause of looking: what is shown stays as it is. */
void kad_gui_source_set_paused (KadGuiSource *self, gboolean paused);
gboolean kad_gui_source_get_paused (KadGuiSource *self);
void kad_gui_source_refresh (KadGuiSource *self);

/* Errors: NotSupported if the source cannot; those of the command. */
void kad_gui_source_run_async (KadGuiSource *self, const char *command, GVariant *options,
                               GCancellable *cancellable, GAsyncReadyCallback callback,
                               gpointer user_data);
GVariant *kad_gui_source_run_finish (KadGuiSource *self, GAsyncResult *result, GError **error);
/* (transfer none) (nullable) */
KadGuiQuery *kad_gui_source_start_query (KadGuiSource *self, const char *command, GVariant *options,
                                         GError **error);
void kad_gui_source_cancel_query (KadGuiSource *self, KadGuiQuery *query);
void kad_gui_source_control_async (KadGuiSource *self, KadGuiControl what,
                                   GCancellable *cancellable, GAsyncReadyCallback callback,
                                   gpointer user_data);
void kad_gui_source_change_publication_async (KadGuiSource *self, KadGuiPublication *publication,
                                              gboolean remove, GCancellable *cancellable,
                                              GAsyncReadyCallback callback, gpointer user_data);
void kad_gui_source_check_health_async (KadGuiSource *self, GCancellable *cancellable,
                                        GAsyncReadyCallback callback, gpointer user_data);
/* Of the three above. */
gboolean kad_gui_source_finish (KadGuiSource *self, GAsyncResult *result, GError **error);

/* ---- for subclasses ---- */

void kad_gui_source_set_title (KadGuiSource *self, const char *title);
/* Codes and messages only with FAILED. On OPEN it follows what is looked at. */
void kad_gui_source_set_state (KadGuiSource *self, KadGuiSourceState state, const char *error_code,
                               const char *error_message);
/* So many lines or changes were lost on the way. */
void kad_gui_source_add_lost (KadGuiSource *self, guint64 n_lost);

G_END_DECLS
