/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "kad-gui-source.h"

#include "kad-error.h"

typedef struct
{
  KadGuiStore *store;
  KadGuiSourceState state;
  char *title;
  char *error_code;
  char *error_message;
  KadGuiTopics topics;
  gboolean paused;
  KadGuiTopics followed;
  guint64 lost;
} KadGuiSourcePrivate;

G_DEFINE_ABSTRACT_TYPE_WITH_PRIVATE (KadGuiSource, kad_gui_source, G_TYPE_OBJECT)

enum
{
  PROP_STORE = 1,
  PROP_STATE,
  PROP_TITLE,
  PROP_ERROR_CODE,
  PROP_ERROR_MESSAGE,
  PROP_PAUSED,
  PROP_LOST,
  N_PROPS
};

static GParamSpec *props[N_PROPS];

static KadGuiSourcePrivate *
get_private (KadGuiSource *self)
{
  return kad_gui_source_get_instance_private (self);
}

static void
kad_gui_source_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  KadGuiSourcePrivate *priv = get_private (KAD_GUI_SOURCE (object));

  switch (id)
    {
    case PROP_STORE:
      g_value_set_object (value, priv->store);
      break;
    case PROP_STATE:
      g_value_set_uint (value, priv->state);
      break;
    case PROP_TITLE:
      g_value_set_string (value, priv->title);
      break;
    case PROP_ERROR_CODE:
      g_value_set_string (value, priv->error_code);
      break;
    case PROP_ERROR_MESSAGE:
      g_value_set_string (value, priv->error_message);
      break;
    case PROP_PAUSED:
      g_value_set_boolean (value, priv->paused);
      break;
    case PROP_LOST:
      g_value_set_uint64 (value, priv->lost);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}

static void
kad_gui_source_set_property (GObject *object, guint id, const GValue *value, GParamSpec *pspec)
{
  if (id == PROP_PAUSED)
    kad_gui_source_set_paused (KAD_GUI_SOURCE (object), g_value_get_boolean (value));
  else
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
}

static void
kad_gui_source_finalize (GObject *object)
{
  KadGuiSourcePrivate *priv = get_private (KAD_GUI_SOURCE (object));

  g_object_unref (priv->store);
  g_free (priv->title);
  g_free (priv->error_code);
  g_free (priv->error_message);
  G_OBJECT_CLASS (kad_gui_source_parent_class)->finalize (object);
}

static void
kad_gui_source_class_init (KadGuiSourceClass *klass)
{
  const GParamFlags flags = G_PARAM_READABLE | G_PARAM_STATIC_STRINGS | G_PARAM_EXPLICIT_NOTIFY;
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->get_property = kad_gui_source_get_property;
  object_class->set_property = kad_gui_source_set_property;
  object_class->finalize = kad_gui_source_finalize;
  props[PROP_STORE] = g_param_spec_object ("store", NULL, NULL, KAD_GUI_TYPE_STORE, flags);
  props[PROP_STATE] = g_param_spec_uint ("state", NULL, NULL, 0, KAD_GUI_SOURCE_FAILED, 0, flags);
  props[PROP_TITLE] = g_param_spec_string ("title", NULL, NULL, "", flags);
  props[PROP_ERROR_CODE] = g_param_spec_string ("error-code", NULL, NULL, "", flags);
  props[PROP_ERROR_MESSAGE] = g_param_spec_string ("error-message", NULL, NULL, "", flags);
  props[PROP_PAUSED] = g_param_spec_boolean ("paused", NULL, NULL, FALSE, flags | G_PARAM_WRITABLE);
  props[PROP_LOST] = g_param_spec_uint64 ("lost", NULL, NULL, 0, G_MAXUINT64, 0, flags);
  g_object_class_install_properties (object_class, N_PROPS, props);
}

static void
kad_gui_source_init (KadGuiSource *self)
{
  KadGuiSourcePrivate *priv = get_private (self);

  priv->store = kad_gui_store_new ();
  priv->title = g_strdup ("");
  priv->error_code = g_strdup ("");
  priv->error_message = g_strdup ("");
}

/* ---- looking ---- */

KadGuiStore *
kad_gui_source_get_store (KadGuiSource *self)
{
  return get_private (self)->store;
}

KadGuiAbilities
kad_gui_source_get_abilities (KadGuiSource *self)
{
  return KAD_GUI_SOURCE_GET_CLASS (self)->abilities;
}

KadGuiSourceState
kad_gui_source_get_state (KadGuiSource *self)
{
  return get_private (self)->state;
}

const char *
kad_gui_source_get_title (KadGuiSource *self)
{
  return get_private (self)->title;
}

const char *
kad_gui_source_get_error_code (KadGuiSource *self)
{
  return get_private (self)->error_code;
}

const char *
kad_gui_source_get_error_message (KadGuiSource *self)
{
  return get_private (self)->error_message;
}

gboolean
kad_gui_source_get_paused (KadGuiSource *self)
{
  return get_private (self)->paused;
}

KadGuiTopics
kad_gui_source_get_topics (KadGuiSource *self)
{
  return get_private (self)->followed;
}

/* ---- what is followed ---- */

static void
follow (KadGuiSource *self, gboolean anew)
{
  KadGuiSourcePrivate *priv = get_private (self);
  KadGuiTopics topics = priv->paused ? 0 : priv->topics;

  if (priv->state != KAD_GUI_SOURCE_OPEN)
    topics = 0;
  if (topics == priv->followed && !anew)
    return;
  priv->followed = topics;
  if (priv->state == KAD_GUI_SOURCE_OPEN)
    KAD_GUI_SOURCE_GET_CLASS (self)->follow (self, topics);
}

void
kad_gui_source_set_topics (KadGuiSource *self, KadGuiTopics topics)
{
  get_private (self)->topics = topics;
  follow (self, FALSE);
}

void
kad_gui_source_set_paused (KadGuiSource *self, gboolean paused)
{
  KadGuiSourcePrivate *priv = get_private (self);

  paused = paused != FALSE;
  if (priv->paused == paused)
    return;
  priv->paused = paused;
  follow (self, FALSE);
  g_object_notify_by_pspec (G_OBJECT (self), props[PROP_PAUSED]);
}

void
kad_gui_source_refresh (KadGuiSource *self)
{
  if (get_private (self)->state == KAD_GUI_SOURCE_OPEN
      && KAD_GUI_SOURCE_GET_CLASS (self)->refresh != NULL)
    KAD_GUI_SOURCE_GET_CLASS (self)->refresh (self);
}

/* ---- its life ---- */

void
kad_gui_source_open (KadGuiSource *self)
{
  KadGuiSourceState state = get_private (self)->state;

  if (state == KAD_GUI_SOURCE_CLOSED || state == KAD_GUI_SOURCE_FAILED)
    {
      kad_gui_source_set_state (self, KAD_GUI_SOURCE_CONNECTING, NULL, NULL);
      KAD_GUI_SOURCE_GET_CLASS (self)->open (self);
    }
}

void
kad_gui_source_close (KadGuiSource *self)
{
  if (get_private (self)->state == KAD_GUI_SOURCE_CLOSED)
    return;
  KAD_GUI_SOURCE_GET_CLASS (self)->close (self);
  kad_gui_source_set_state (self, KAD_GUI_SOURCE_CLOSED, NULL, NULL);
}

static void
set_text (KadGuiSource *self, char **place, const char *text, guint prop)
{
  if (g_str_equal (*place, text != NULL ? text : ""))
    return;
  g_free (*place);
  *place = g_strdup (text != NULL ? text : "");
  g_object_notify_by_pspec (G_OBJECT (self), props[prop]);
}

void
kad_gui_source_set_title (KadGuiSource *self, const char *title)
{
  set_text (self, &get_private (self)->title, title, PROP_TITLE);
}

void
kad_gui_source_set_state (KadGuiSource *self, KadGuiSourceState state, const char *error_code,
                          const char *error_message)
{
  KadGuiSourcePrivate *priv = get_private (self);
  gboolean changed = priv->state != state;

  priv->state = state;
  set_text (self, &priv->error_code, error_code, PROP_ERROR_CODE);
  set_text (self, &priv->error_message, error_message, PROP_ERROR_MESSAGE);
  follow (self, changed && state == KAD_GUI_SOURCE_OPEN);
  if (changed || state == KAD_GUI_SOURCE_FAILED)
    g_object_notify_by_pspec (G_OBJECT (self), props[PROP_STATE]);
}

void
kad_gui_source_add_lost (KadGuiSource *self, guint64 n_lost)
{
  get_private (self)->lost += n_lost;
  g_object_notify_by_pspec (G_OBJECT (self), props[PROP_LOST]);
}

/* ---- what is done ---- */

/* (nullable) NULL: the task has its error already. */
static GTask *
begin (KadGuiSource *self, KadGuiAbilities needs, gpointer tag, GCancellable *cancellable,
       GAsyncReadyCallback callback, gpointer user_data)
{
  g_autoptr (GTask) task = g_task_new (self, cancellable, callback, user_data);

  g_task_set_source_tag (task, tag);
  if ((kad_gui_source_get_abilities (self) & needs) == needs
      && get_private (self)->state == KAD_GUI_SOURCE_OPEN)
    return g_steal_pointer (&task);
  g_task_return_new_error (task, KAD_ERROR, KAD_ERROR_NOT_SUPPORTED,
                           "%s cannot do that: it is a recording, or not connected",
                           kad_gui_source_get_title (self));
  return NULL;
}

void
kad_gui_source_run_async (KadGuiSource *self, const char *command, GVariant *options,
                          GCancellable *cancellable, GAsyncReadyCallback callback,
                          gpointer user_data)
{
  g_autoptr (GVariant) sunk = options != NULL ? g_variant_ref_sink (options) : NULL;
  g_autoptr (GTask) task
      = begin (self, KAD_GUI_CAN_RUN, kad_gui_source_run_async, cancellable, callback, user_data);

  if (task != NULL)
    KAD_GUI_SOURCE_GET_CLASS (self)->run (self, command, sunk, task);
}

GVariant *
kad_gui_source_run_finish (KadGuiSource *self, GAsyncResult *result, GError **error)
{
  return g_task_propagate_pointer (G_TASK (result), error);
}

KadGuiQuery *
kad_gui_source_start_query (KadGuiSource *self, const char *command, GVariant *options,
                            GError **error)
{
  g_autoptr (GVariant) sunk = options != NULL ? g_variant_ref_sink (options) : NULL;

  if ((kad_gui_source_get_abilities (self) & KAD_GUI_CAN_RUN) != 0
      && get_private (self)->state == KAD_GUI_SOURCE_OPEN)
    return KAD_GUI_SOURCE_GET_CLASS (self)->start_query (self, command, sunk, error);
  g_set_error (error, KAD_ERROR, KAD_ERROR_NOT_SUPPORTED,
               "%s cannot run a command: it is a recording, or not connected",
               kad_gui_source_get_title (self));
  return NULL;
}

void
kad_gui_source_cancel_query (KadGuiSource *self, KadGuiQuery *query)
{
  if (query->own && query->state != KAD_GUI_QUERY_FINISHED
      && get_private (self)->state == KAD_GUI_SOURCE_OPEN
      && KAD_GUI_SOURCE_GET_CLASS (self)->cancel_query != NULL)
    KAD_GUI_SOURCE_GET_CLASS (self)->cancel_query (self, query);
}

void
kad_gui_source_control_async (KadGuiSource *self, KadGuiControl what, GCancellable *cancellable,
                              GAsyncReadyCallback callback, gpointer user_data)
{
  g_autoptr (GTask) task = begin (self, KAD_GUI_CAN_CONTROL, kad_gui_source_control_async,
                                  cancellable, callback, user_data);

  if (task != NULL)
    KAD_GUI_SOURCE_GET_CLASS (self)->control (self, what, task);
}

void
kad_gui_source_change_publication_async (KadGuiSource *self, KadGuiPublication *publication,
                                         gboolean remove, GCancellable *cancellable,
                                         GAsyncReadyCallback callback, gpointer user_data)
{
  g_autoptr (GTask) task
      = begin (self, KAD_GUI_CAN_PUBLISH, kad_gui_source_change_publication_async, cancellable,
               callback, user_data);

  if (task != NULL)
    KAD_GUI_SOURCE_GET_CLASS (self)->change_publication (self, publication, remove, task);
}

void
kad_gui_source_check_health_async (KadGuiSource *self, GCancellable *cancellable,
                                   GAsyncReadyCallback callback, gpointer user_data)
{
  g_autoptr (GTask) task = begin (self, KAD_GUI_CAN_CHECK, kad_gui_source_check_health_async,
                                  cancellable, callback, user_data);

  if (task != NULL)
    KAD_GUI_SOURCE_GET_CLASS (self)->check_health (self, task);
}

gboolean
kad_gui_source_finish (KadGuiSource *self, GAsyncResult *result, GError **error)
{
  return g_task_propagate_boolean (G_TASK (result), error);
}
