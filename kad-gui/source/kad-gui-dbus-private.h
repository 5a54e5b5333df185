/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "kad-gui-dbus-source.h"

G_BEGIN_DECLS

/*
 * A KadGuiDbusSource is a link (connection, owner of the name, check of the version), a list of
 * parts, and the queries of our own. A part follows one thing while somebody looks at it; parts
 * know each other only through the functions at the end of this file.
 */

#define KAD_GUI_BUS_NAME "org.libkad.Kad1"
#define KAD_GUI_ROOT_PATH "/org/libkad/Kad1"
#define KAD_GUI_PROPERTIES "org.freedesktop.DBus.Properties"

/* What a call may take that only reads. */
#define KAD_GUI_CALL_MS (10 * 1000)

typedef struct _KadGuiDbusPart KadGuiDbusPart;
typedef struct _KadGuiDbusLink KadGuiDbusLink;
typedef struct _KadGuiDbusOwn KadGuiDbusOwn;

/* ---- parts ---- */

typedef struct
{
  gsize size;                               /* of the struct that begins with KadGuiDbusPart */
  KadGuiTopics topics;                      /* it is followed while one of them is */
  void (*init) (KadGuiDbusPart *self);      /* (nullable) once */
  void (*start) (KadGuiDbusPart *self);     /* somebody looks */
  void (*changed) (KadGuiDbusPart *self);   /* (nullable) followed before and after, other topics */
  void (*stop) (KadGuiDbusPart *self);      /* (nullable) nobody looks; its calls are cancelled */
  void (*read) (KadGuiDbusPart *self);      /* (nullable) all of it again; only while followed */
  void (*node_gone) (KadGuiDbusPart *self); /* (nullable) the node runs no more; while followed */
  void (*clear) (KadGuiDbusPart *self);     /* (nullable) at the very end */
} KadGuiDbusPartClass;

struct _KadGuiDbusPart
{
  const KadGuiDbusPartClass *klass;
  KadGuiDbusSource *source;  /* owns us */
  KadGuiTopics topics;       /* of ours, that are followed */
  GCancellable *cancellable; /* (owned) while it is followed */
};

typedef enum
{
  KAD_GUI_DBUS_STATUS,
  KAD_GUI_DBUS_WATCH,
  KAD_GUI_DBUS_TABLE,
  KAD_GUI_DBUS_STATS,
  KAD_GUI_DBUS_STREAM,
  KAD_GUI_DBUS_QUERIES,
  KAD_GUI_DBUS_PUBLICATIONS,
  KAD_GUI_DBUS_RECORDS,
  KAD_GUI_DBUS_CATALOG,
  KAD_GUI_DBUS_N_PARTS,
} KadGuiDbusPartId;

extern const KadGuiDbusPartClass kad_gui_dbus_status_class;
extern const KadGuiDbusPartClass kad_gui_dbus_watch_class;
extern const KadGuiDbusPartClass kad_gui_dbus_table_class;
extern const KadGuiDbusPartClass kad_gui_dbus_stats_class;
extern const KadGuiDbusPartClass kad_gui_dbus_stream_class;
extern const KadGuiDbusPartClass kad_gui_dbus_queries_class;
extern const KadGuiDbusPartClass kad_gui_dbus_publications_class;
extern const KadGuiDbusPartClass kad_gui_dbus_records_class;
extern const KadGuiDbusPartClass kad_gui_dbus_catalog_class;

struct _KadGuiDbusSource
{
  KadGuiSource parent_instance;

  char *address; /* NULL: the session bus */
  KadGuiDbusLink *link;
  KadGuiDbusOwn *own;
  KadGuiDbusPart *parts[KAD_GUI_DBUS_N_PARTS];
};

KadGuiDbusPart *kad_gui_dbus_part_new (const KadGuiDbusPartClass *klass, KadGuiDbusSource *source);
void kad_gui_dbus_part_free (KadGuiDbusPart *self);
void kad_gui_dbus_part_follow (KadGuiDbusPart *self, KadGuiTopics topics);
void kad_gui_dbus_part_read (KadGuiDbusPart *self);
static inline KadGuiStore *
kad_gui_dbus_part_get_store (KadGuiDbusPart *self)
{
  return kad_gui_source_get_store (KAD_GUI_SOURCE (self->source));
}

/* ---- calls ---- */

/* @reply: NULL if it failed; of the type that was asked for. Called once, in the main context. */
typedef void (*KadGuiDbusFunc) (KadGuiDbusSource *source, GVariant *reply, const GError *error,
                                gpointer user_data);
/* The same, of a part; not called if the part was stopped meanwhile. */
typedef void (*KadGuiDbusPartFunc) (KadGuiDbusPart *self, GVariant *reply, const GError *error);

/* To the owner of the name, as it was found. @interface: without "org.libkad.Kad1." if it has no
 * dot. @arguments: (nullable) (transfer floating). Errors are of KAD_ERROR. */
void kad_gui_dbus_call (KadGuiDbusSource *source, GCancellable *cancellable, const char *path,
                        const char *interface, const char *method, GVariant *arguments,
                        const char *reply_type, int timeout_ms, KadGuiDbusFunc func,
                        gpointer user_data);
/* At the root. */
void kad_gui_dbus_part_call (KadGuiDbusPart *self, const char *interface, const char *method,
                             GVariant *arguments, const char *reply_type, KadGuiDbusPartFunc func);
/* Answer and errors are of no interest. */
void kad_gui_dbus_tell (KadGuiDbusSource *source, const char *path, const char *interface,
                        const char *method);
/* Signals of the service. @path, @arg0: (nullable) any. 0: not connected. */
guint kad_gui_dbus_subscribe (KadGuiDbusSource *source, const char *interface, const char *signal,
                              const char *path, const char *arg0, GDBusSignalCallback callback,
                              gpointer user_data);
void kad_gui_dbus_unsubscribe (KadGuiDbusSource *source, guint *id);
/* @error: (transfer full) of GIO or D-Bus; gives one of KAD_ERROR. */
GError *kad_gui_dbus_convert_error (GError *error);
/* a{sv} with "no-start", so that looking starts nothing. (transfer floating) */
GVariant *kad_gui_dbus_new_options (void);

/* ---- the link ---- */

KadGuiDbusLink *kad_gui_dbus_link_new (KadGuiDbusSource *source);
void kad_gui_dbus_link_free (KadGuiDbusLink *self);
void kad_gui_dbus_link_open (KadGuiDbusLink *self);
void kad_gui_dbus_link_close (KadGuiDbusLink *self);
void kad_gui_dbus_link_set_autostart (KadGuiDbusLink *self, gboolean autostart);
gboolean kad_gui_dbus_link_can_autostart (KadGuiDbusLink *self);
/* (nullable) (transfer none) */
GDBusConnection *kad_gui_dbus_link_get_connection (KadGuiDbusLink *self);
/* (nullable) The unique name of the service; NULL on a socket. */
const char *kad_gui_dbus_link_get_owner (KadGuiDbusLink *self);
/* Whether what Introspect() gave has all that is needed. @missing: (out) (transfer full) */
gboolean kad_gui_dbus_check_interfaces (const char *xml, char **missing);

/* ---- between parts ---- */

/* All of Node's properties, as of GetAll(). */
void kad_gui_dbus_status_apply (KadGuiDbusSource *source, GVariant *properties);
gboolean kad_gui_dbus_status_is_running (KadGuiDbusSource *source);
/* The node was started, or stopped. */
void kad_gui_dbus_source_node_began (KadGuiDbusSource *source);
void kad_gui_dbus_source_node_gone (KadGuiDbusSource *source);
/* The service has gone: what was known of it is not true any more. */
void kad_gui_dbus_source_service_gone (KadGuiDbusSource *source);
/* The watch is there: snapshots may be read. */
void kad_gui_dbus_table_watched (KadGuiDbusPart *self);
void kad_gui_dbus_stats_watched (KadGuiDbusPart *self);
/* Signals of the watch. */
void kad_gui_dbus_table_told (KadGuiDbusPart *self, const char *signal, GVariant *arguments);
void kad_gui_dbus_stats_told (KadGuiDbusPart *self, GVariant *arguments);
/* What they follow changed, as a line said. */
void kad_gui_dbus_publications_note (KadGuiDbusPart *self);
void kad_gui_dbus_records_note (KadGuiDbusPart *self);
void kad_gui_dbus_catalog_note (KadGuiDbusPart *self);
/* Whether lines of steps come by the stream. */
gboolean kad_gui_dbus_stream_has_steps (KadGuiDbusSource *source);
/* A line that did not come by the stream. */
void kad_gui_dbus_stream_take (KadGuiDbusSource *source, GVariant *fields);
/* What lines told is in the lists now. */
void kad_gui_dbus_stream_flush (KadGuiDbusSource *source);
/* A key as a person may write it. @key: ay */
char *kad_gui_dbus_dup_key (GVariant *key, gboolean is_provider);

/* ---- queries of our own ---- */

KadGuiDbusOwn *kad_gui_dbus_own_new (KadGuiDbusSource *source);
void kad_gui_dbus_own_free (KadGuiDbusOwn *self);
KadGuiQuery *kad_gui_dbus_own_start (KadGuiDbusOwn *self, const char *command, GVariant *options);
void kad_gui_dbus_own_cancel (KadGuiDbusOwn *self, KadGuiQuery *query);
/* All of them end; @error says why. */
void kad_gui_dbus_own_end_all (KadGuiDbusOwn *self, const GError *error);
/* Steps do not come by the stream any more. */
void kad_gui_dbus_own_catch_up (KadGuiDbusOwn *self);
/* A line `query-step` of the stream: FALSE if it is of a query of ours and known already. */
gboolean kad_gui_dbus_own_take_step (KadGuiDbusOwn *self, GVariant *fields);
gboolean kad_gui_dbus_own_has_path (KadGuiDbusOwn *self, const char *path);
/* One of Query.GetResults(). (transfer full) */
gpointer kad_gui_dbus_result_new (GVariant *row, guint number);

/* ---- what is done ---- */

void kad_gui_dbus_run (KadGuiSource *source, const char *command, GVariant *options, GTask *task);
void kad_gui_dbus_control (KadGuiSource *source, KadGuiControl what, GTask *task);
void kad_gui_dbus_change_publication (KadGuiSource *source, KadGuiPublication *publication,
                                      gboolean remove, GTask *task);
void kad_gui_dbus_check_health (KadGuiSource *source, GTask *task);

G_END_DECLS
