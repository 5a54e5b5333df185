/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <sys/stat.h>

#include "kad-error.h"
#include "kad-service-private.h"

/* Settings come in flocks: a page of them is one restart. */
#define SETTLE_MS 300

static void
on_mode_set (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (KadService) self = user_data;
  g_autoptr (GError) error = NULL;
  g_autoptr (GVariant) summary = kad_node_run_finish (KAD_NODE (source), result, &error);

  if (summary == NULL && source == (GObject *) self->node
      && !g_error_matches (error, KAD_ERROR, KAD_ERROR_NOT_RUNNING))
    kad_service_restart (self);
}

static GVariant *
new_mode_options (KadMode mode)
{
  g_auto (GVariantDict) options = G_VARIANT_DICT_INIT (NULL);

  g_variant_dict_insert (&options, "mode", "s", kad_mode_get_name (mode));
  return g_variant_dict_end (&options);
}

static void
apply_mode (KadService *self, const KadNodePlan *plan)
{
  KadNode *companion = kad_service_get_companion_node (self);

  self->plan->mode = plan->mode;
  kad_node_run_async (self->node, "set-mode", new_mode_options (plan->mode), NULL, NULL, NULL, NULL,
                      on_mode_set, g_object_ref (self));
  if (companion != NULL && plan->beside != NULL)
    kad_node_run_async (companion, "set-mode", new_mode_options (plan->beside->mode), NULL, NULL,
                        NULL, NULL, NULL, NULL);
}

static gboolean
apply (gpointer user_data)
{
  g_autoptr (KadService) self = g_object_ref (user_data);
  g_autoptr (GError) error = NULL;
  g_autoptr (KadNodePlan) plan = NULL;

  self->apply_timer = 0;
  kad_service_watch_idleness (self);
  plan = kad_node_plan_new (self->settings, &self->options, &error);
  g_free (self->plan_error);
  self->plan_error = error != NULL ? g_strdup (error->message) : NULL;
  if (plan == NULL)
    {
      g_warning ("The settings cannot be used, and the node stays as it is: %s", error->message);
      return G_SOURCE_REMOVE;
    }
  if (self->life == KAD_LIFE_DOWN || self->life == KAD_LIFE_STOPPING)
    {
      kad_service_warn (self, plan->problems);
      return G_SOURCE_REMOVE;
    }
  kad_service_follow_local_network (self);
  if (!g_str_equal (plan->text, self->plan->text)
      || (plan->mode != self->plan->mode && self->life != KAD_LIFE_UP))
    kad_service_restart (self);
  else if (plan->mode != self->plan->mode)
    apply_mode (self, plan);
  return G_SOURCE_REMOVE;
}

void
kad_service_plan_apply (KadService *self)
{
  kad_service_follow_pause (self);
  g_clear_handle_id (&self->apply_timer, g_source_remove);
  self->apply_timer = g_timeout_add (SETTLE_MS, apply, self);
}

void
kad_service_settle (KadService *self)
{
  kad_settings_tell (self->settings);
  if (self->apply_timer == 0)
    return;
  g_source_remove (self->apply_timer);
  apply (self);
}

/* ---- what cannot be used ---- */

void
kad_service_warn (KadService *self, char **problems)
{
  for (guint i = 0; problems[i] != NULL; i++)
    g_warning ("A setting cannot be used, the rest holds: %s", problems[i]);
}

/* @network: "" for the service's own */
static void
add_listen_failures (GStrvBuilder *builder, KadNode *node, const char *network)
{
  g_auto (GStrv) failures = kad_node_dup_listen_failures (node);

  for (guint i = 0; failures[i] != NULL; i++)
    {
      g_autofree char *problem = g_strconcat (network, *network != '\0' ? "/" : "",
                                              "listen-addresses: ", failures[i], NULL);

      g_strv_builder_add (builder, problem);
    }
}

const char *
kad_service_get_data_error (KadService *self)
{
  return self->data_error;
}

char **
kad_service_dup_problems (KadService *self)
{
  g_autoptr (GStrvBuilder) builder = g_strv_builder_new ();
  g_autoptr (KadNodePlan) plan = NULL;

  if (self->data_error != NULL)
    g_strv_builder_add (builder, self->data_error);
  if (self->life == KAD_LIFE_DOWN)
    {
      g_autoptr (GError) error = NULL;

      plan = kad_node_plan_new (self->settings, &self->options, &error);
      if (error != NULL)
        g_strv_builder_add (builder, error->message);
    }
  else if (self->plan_error != NULL)
    g_strv_builder_add (builder, self->plan_error);
  if (plan != NULL)
    g_strv_builder_addv (builder, (const char **) plan->problems);
  else if (self->life != KAD_LIFE_DOWN)
    g_strv_builder_addv (builder, (const char **) self->plan->problems);
  if (self->companion_error != NULL)
    g_strv_builder_add (builder, self->companion_error);
  if (self->life == KAD_LIFE_UP)
    add_listen_failures (builder, self->node, "");
  if (kad_service_get_companion_node (self) != NULL)
    add_listen_failures (builder, kad_service_get_companion_node (self),
                         kad_companion_get_network (self->companion));
  return g_strv_builder_end (builder);
}

char *
kad_service_dup_network (KadService *self)
{
  if (self->life != KAD_LIFE_DOWN)
    return g_strdup (self->plan->network);
  return kad_settings_dup_network (self->settings);
}
