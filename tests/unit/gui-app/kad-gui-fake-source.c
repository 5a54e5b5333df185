/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "kad-gui-fake-source.h"

typedef struct
{
  GString *log;
} KadGuiFakeSourcePrivate;

G_DEFINE_TYPE_WITH_PRIVATE (KadGuiFakeSource, kad_gui_fake_source, KAD_GUI_TYPE_SOURCE)

static GString *
log_of (gpointer source)
{
  KadGuiFakeSourcePrivate *priv
      = kad_gui_fake_source_get_instance_private (KAD_GUI_FAKE_SOURCE (source));

  return priv->log;
}

static void
fake_open (KadGuiSource *source)
{
  g_string_append (log_of (source), "open ");
}

static void
fake_close (KadGuiSource *source)
{
  g_string_append (log_of (source), "close ");
}

static void
fake_follow (KadGuiSource *source, KadGuiTopics topics)
{
  g_string_append_printf (log_of (source), "follow:%u ", topics);
}

static void
fake_refresh (KadGuiSource *source)
{
  g_string_append (log_of (source), "refresh ");
}

static void
fake_run (KadGuiSource *source, const char *command, GVariant *options, GTask *task)
{
  g_string_append_printf (log_of (source), "run:%s ", command);
  g_task_return_pointer (task,
                         g_variant_ref_sink (g_variant_new_parsed ("(@aa{sv} [], @a{sv} {})")),
                         (GDestroyNotify) g_variant_unref);
}

static void
fake_control (KadGuiSource *source, KadGuiControl what, GTask *task)
{
  g_string_append_printf (log_of (source), "control:%u ", what);
  g_task_return_boolean (task, TRUE);
}

static void
fake_check_health (KadGuiSource *source, GTask *task)
{
  g_string_append (log_of (source), "check ");
  g_task_return_boolean (task, TRUE);
}

static void
kad_gui_fake_source_finalize (GObject *object)
{
  g_string_free (log_of (object), TRUE);
  G_OBJECT_CLASS (kad_gui_fake_source_parent_class)->finalize (object);
}

static void
kad_gui_fake_source_class_init (KadGuiFakeSourceClass *klass)
{
  KadGuiSourceClass *source_class = KAD_GUI_SOURCE_CLASS (klass);

  G_OBJECT_CLASS (klass)->finalize = kad_gui_fake_source_finalize;
  source_class->abilities = KAD_GUI_CAN_RUN | KAD_GUI_CAN_CONTROL | KAD_GUI_CAN_CHECK
                            | KAD_GUI_CAN_PUBLISH | KAD_GUI_IS_LIVE;
  source_class->open = fake_open;
  source_class->close = fake_close;
  source_class->follow = fake_follow;
  source_class->refresh = fake_refresh;
  source_class->run = fake_run;
  source_class->control = fake_control;
  source_class->check_health = fake_check_health;
}

static void
kad_gui_fake_source_init (KadGuiFakeSource *self)
{
  KadGuiFakeSourcePrivate *priv = kad_gui_fake_source_get_instance_private (self);

  priv->log = g_string_new (NULL);
}

KadGuiSource *
kad_gui_fake_source_new (void)
{
  return g_object_new (KAD_GUI_TYPE_FAKE_SOURCE, NULL);
}

char *
kad_gui_fake_source_take_log (KadGuiSource *source)
{
  char *log = g_strdup (log_of (source)->str);

  g_string_truncate (log_of (source), 0);
  return log;
}

void
kad_gui_fake_source_set_status (KadGuiSource *source, const char *state, guint table_size)
{
  KadGuiStatus *status = kad_gui_store_get_status (kad_gui_source_get_store (source));

  kad_gui_item_set_uint (status, KAD_GUI_STATUS_FIELD_TABLE_SIZE, table_size);
  kad_gui_item_set_string (status, KAD_GUI_STATUS_FIELD_STATE, state);
}
