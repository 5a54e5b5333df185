/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "kad-gui-dbus-source.h"

#include "kad-dbus-errors.h"
#include "kad-error.h"
#include "kad-gui-dbus-private.h"
#include "kad-gui-i18n.h"

G_DEFINE_FINAL_TYPE (KadGuiDbusSource, kad_gui_dbus_source, KAD_GUI_TYPE_SOURCE)

static const KadGuiDbusPartClass *const classes[KAD_GUI_DBUS_N_PARTS] = {
  [KAD_GUI_DBUS_STATUS] = &kad_gui_dbus_status_class,
  [KAD_GUI_DBUS_WATCH] = &kad_gui_dbus_watch_class,
  [KAD_GUI_DBUS_TABLE] = &kad_gui_dbus_table_class,
  [KAD_GUI_DBUS_STATS] = &kad_gui_dbus_stats_class,
  [KAD_GUI_DBUS_STREAM] = &kad_gui_dbus_stream_class,
  [KAD_GUI_DBUS_QUERIES] = &kad_gui_dbus_queries_class,
  [KAD_GUI_DBUS_PUBLICATIONS] = &kad_gui_dbus_publications_class,
  [KAD_GUI_DBUS_RECORDS] = &kad_gui_dbus_records_class,
  [KAD_GUI_DBUS_CATALOG] = &kad_gui_dbus_catalog_class,
};

static void
follow_all (KadGuiDbusSource *self, KadGuiTopics topics)
{
  for (guint i = 0; i < KAD_GUI_DBUS_N_PARTS; i++)
    kad_gui_dbus_part_follow (self->parts[i], topics);
}

/* ---- what parts tell ---- */

void
kad_gui_dbus_source_node_began (KadGuiDbusSource *self)
{
  for (guint i = 0; i < KAD_GUI_DBUS_N_PARTS; i++)
    if (i != KAD_GUI_DBUS_STATUS)
      kad_gui_dbus_part_read (self->parts[i]);
}

void
kad_gui_dbus_source_node_gone (KadGuiDbusSource *self)
{
  for (guint i = 0; i < KAD_GUI_DBUS_N_PARTS; i++)
    if (self->parts[i]->topics != 0 && classes[i]->node_gone != NULL)
      classes[i]->node_gone (self->parts[i]);
}

void
kad_gui_dbus_source_service_gone (KadGuiDbusSource *self)
{
  KadGuiStore *store = kad_gui_source_get_store (KAD_GUI_SOURCE (self));
  g_autoptr (GError) error
      = g_error_new_literal (KAD_ERROR, KAD_ERROR_NOT_RUNNING, _ ("The service has gone"));

  follow_all (self, 0);
  kad_gui_dbus_own_end_all (self->own, error);
  kad_gui_store_forget_runs (store);
  kad_gui_item_set_string (kad_gui_store_get_status (store), KAD_GUI_STATUS_FIELD_STATE, NULL);
}

/* ---- the class ---- */

static void
source_open (KadGuiSource *source)
{
  kad_gui_dbus_link_open (KAD_GUI_DBUS_SOURCE (source)->link);
}

static void
source_close (KadGuiSource *source)
{
  KadGuiDbusSource *self = KAD_GUI_DBUS_SOURCE (source);
  g_autoptr (GError) error
      = g_error_new_literal (KAD_ERROR, KAD_ERROR_CANCELLED, _ ("The inspector was closed"));

  follow_all (self, 0);
  kad_gui_dbus_own_end_all (self->own, error);
  kad_gui_dbus_link_close (self->link);
}

static void
source_follow (KadGuiSource *source, KadGuiTopics topics)
{
  follow_all (KAD_GUI_DBUS_SOURCE (source), topics);
}

static void
source_refresh (KadGuiSource *source)
{
  KadGuiDbusSource *self = KAD_GUI_DBUS_SOURCE (source);

  for (guint i = 0; i < KAD_GUI_DBUS_N_PARTS; i++)
    kad_gui_dbus_part_read (self->parts[i]);
}

static KadGuiQuery *
source_start_query (KadGuiSource *source, const char *command, GVariant *options, GError **error)
{
  return kad_gui_dbus_own_start (KAD_GUI_DBUS_SOURCE (source)->own, command, options);
}

static void
source_cancel_query (KadGuiSource *source, KadGuiQuery *query)
{
  kad_gui_dbus_own_cancel (KAD_GUI_DBUS_SOURCE (source)->own, query);
}

static void
kad_gui_dbus_source_finalize (GObject *object)
{
  KadGuiDbusSource *self = KAD_GUI_DBUS_SOURCE (object);

  for (guint i = 0; i < KAD_GUI_DBUS_N_PARTS; i++)
    kad_gui_dbus_part_free (self->parts[i]);
  kad_gui_dbus_own_free (self->own);
  kad_gui_dbus_link_free (self->link);
  g_free (self->address);
  G_OBJECT_CLASS (kad_gui_dbus_source_parent_class)->finalize (object);
}

static void
kad_gui_dbus_source_class_init (KadGuiDbusSourceClass *klass)
{
  KadGuiSourceClass *source_class = KAD_GUI_SOURCE_CLASS (klass);

  G_OBJECT_CLASS (klass)->finalize = kad_gui_dbus_source_finalize;
  source_class->abilities = KAD_GUI_CAN_RUN | KAD_GUI_CAN_CONTROL | KAD_GUI_CAN_PUBLISH
                            | KAD_GUI_CAN_CHECK | KAD_GUI_IS_LIVE;
  source_class->open = source_open;
  source_class->close = source_close;
  source_class->follow = source_follow;
  source_class->refresh = source_refresh;
  source_class->run = kad_gui_dbus_run;
  source_class->start_query = source_start_query;
  source_class->cancel_query = source_cancel_query;
  source_class->control = kad_gui_dbus_control;
  source_class->change_publication = kad_gui_dbus_change_publication;
  source_class->check_health = kad_gui_dbus_check_health;
  kad_dbus_errors_register ();
}

static void
kad_gui_dbus_source_init (KadGuiDbusSource *self)
{
  self->link = kad_gui_dbus_link_new (self);
  self->own = kad_gui_dbus_own_new (self);
  for (guint i = 0; i < KAD_GUI_DBUS_N_PARTS; i++)
    self->parts[i] = kad_gui_dbus_part_new (classes[i], self);
}

KadGuiSource *
kad_gui_dbus_source_new_session (void)
{
  KadGuiSource *self = g_object_new (KAD_GUI_TYPE_DBUS_SOURCE, NULL);

  kad_gui_source_set_title (self, _ ("Session Service"));
  return self;
}

KadGuiSource *
kad_gui_dbus_source_new_address (const char *address, const char *title)
{
  KadGuiSource *self = g_object_new (KAD_GUI_TYPE_DBUS_SOURCE, NULL);

  KAD_GUI_DBUS_SOURCE (self)->address = g_strdup (address);
  kad_gui_source_set_title (self, title != NULL ? title : address);
  return self;
}

const char *
kad_gui_dbus_source_get_address (KadGuiDbusSource *self)
{
  return self->address;
}

void
kad_gui_dbus_source_set_autostart (KadGuiDbusSource *self, gboolean autostart)
{
  kad_gui_dbus_link_set_autostart (self->link, autostart);
}

gboolean
kad_gui_dbus_source_can_autostart (KadGuiDbusSource *self)
{
  return kad_gui_dbus_link_can_autostart (self->link);
}
