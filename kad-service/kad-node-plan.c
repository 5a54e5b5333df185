/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "kad-node-plan.h"

#include "kad-error.h"

typedef gboolean (*AddFunc) (KadNodeConfig *config, const char *text, GError **error);

typedef struct
{
  KadNodePlan *plan;
  GString *text;
  GStrvBuilder *problems;
} Making;

static void
note_problem (Making *self, const char *setting, GError *error)
{
  g_autofree char *problem = g_strdup_printf ("%s: %s", setting, error->message);

  g_strv_builder_add (self->problems, problem);
  g_error_free (error);
}

/* ---- addresses ---- */

static gboolean
add_all (KadNodeConfig *config, AddFunc func, const char *const *texts, GError **error)
{
  for (guint i = 0; texts != NULL && texts[i] != NULL; i++)
    if (!func (config, texts[i], error))
      return FALSE;
  return TRUE;
}

static void
note_texts (Making *self, const char *what, const char *const *texts)
{
  for (guint i = 0; texts != NULL && texts[i] != NULL; i++)
    g_string_append_printf (self->text, "%s %s\n", what, texts[i]);
}

static void
add_good (Making *self, const char *setting, AddFunc func, const char *const *texts)
{
  for (guint i = 0; texts[i] != NULL; i++)
    {
      GError *error = NULL;

      if (func (self->plan->config, texts[i], &error))
        continue;
      g_prefix_error (&error, "\"%.200s\": ", texts[i]);
      note_problem (self, setting, error);
    }
}

static gboolean
plan_listening (Making *self, KadSettings *settings, const KadServiceOptions *options,
                GError **error)
{
  GSettings *own = kad_settings_get_of_network (settings, self->plan->network);
  g_auto (GStrv) of_network = NULL;
  g_auto (GStrv) general = NULL;
  const char *const *chosen;

  if (options->listen != NULL)
    {
      note_texts (self, "listen", options->listen);
      return add_all (self->plan->config, kad_node_config_add_listen, options->listen, error);
    }
  of_network = g_settings_get_strv (own, "listen-addresses");
  general = g_settings_get_strv (kad_settings_get_general (settings), "listen-addresses");
  chosen = (const char *const *) (of_network[0] != NULL ? of_network : general);
  kad_node_config_set_lenient (self->plan->config, TRUE);
  note_texts (self, "listen", chosen);
  add_good (self, "listen-addresses", kad_node_config_add_listen, chosen);
  return TRUE;
}

static gboolean
plan_joining (Making *self, KadSettings *settings, const KadServiceOptions *options, GError **error)
{
  GSettings *own = kad_settings_get_of_network (settings, self->plan->network);
  g_auto (GStrv) peers = NULL;

  if (options->join != NULL)
    {
      note_texts (self, "join", options->join);
      self->plan->has_bootstrap = options->join[0] != NULL;
      return add_all (self->plan->config, kad_node_config_add_bootstrap, options->join, error);
    }
  peers = g_settings_get_strv (own, "bootstrap");
  self->plan->has_bootstrap = peers[0] != NULL;
  note_texts (self, "join", (const char *const *) peers);
  add_good (self, "bootstrap", kad_node_config_add_bootstrap, (const char *const *) peers);
  return TRUE;
}

/* ---- the network ---- */

static void
plan_protocol (Making *self, GSettings *own)
{
  g_autofree char *protocol = g_settings_get_string (own, "protocol");
  GError *error = NULL;

  g_string_append_printf (self->text, "protocol %s\n", protocol);
  if (*protocol != '\0' && !kad_node_config_set_protocol (self->plan->config, protocol, &error))
    note_problem (self, "protocol", error);
}

static void
plan_validators (Making *self, GSettings *own)
{
  g_autofree char *validators = g_settings_get_string (own, "validators");

  g_string_append_printf (self->text, "validators %s\n", validators);
  if (g_str_equal (validators, "any") && g_str_equal (self->plan->network, "public"))
    note_problem (self, "validators",
                  g_error_new_literal (KAD_ERROR, KAD_ERROR_INVALID_ARGUMENT,
                                       "The public network takes only records that prove "
                                       "themselves"));
  else if (!g_str_equal (validators, "default"))
    kad_node_config_set_accept_any (self->plan->config, g_str_equal (validators, "any"));
}

/* ---- limits ---- */

static void
set_limit (Making *self, const char *setting, const char *limit, guint64 value)
{
  GError *error = NULL;

  g_string_append_printf (self->text, "limit %s %" G_GUINT64_FORMAT "\n", limit, value);
  if (!kad_node_config_set_limit (self->plan->config, limit, value, &error))
    note_problem (self, setting, error);
}

static void
plan_limits (Making *self, GSettings *general)
{
  static const struct
  {
    const char *setting;
    const char *limit;
  } named[] = {
    { "max-connections", "connections" },   { "high-water", "high-water" },
    { "low-water", "low-water" },           { "record-bytes", "record-bytes" },
    { "provider-bytes", "provider-bytes" },
  };
  g_autoptr (GVariant) limits = g_settings_get_value (general, "limits");
  GVariantIter iter;
  const char *limit;
  guint64 number;

  for (guint i = 0; i < G_N_ELEMENTS (named); i++)
    {
      g_autoptr (GVariant) value = g_settings_get_value (general, named[i].setting);

      number = g_variant_is_of_type (value, G_VARIANT_TYPE_UINT32) ? g_variant_get_uint32 (value)
                                                                   : g_variant_get_uint64 (value);
      set_limit (self, named[i].setting, named[i].limit, number);
    }
  g_variant_iter_init (&iter, limits);
  while (g_variant_iter_next (&iter, "{&st}", &limit, &number))
    set_limit (self, "limits", limit, number);
}

/* ---- what no setting says ---- */

static gboolean
plan_latency (Making *self, const KadServiceOptions *options, GError **error)
{
  g_autofree char *latency = g_strdup_printf ("%u", options->latency_ms);
  g_autofree char *from = g_strdup_printf ("%u", options->latency_from_ms);
  KadNodeConfig *config = self->plan->config;

  return options->latency_ms == 0
         || (kad_node_config_set_transport_option (config, "memory", "latency-ms", latency, error)
             && kad_node_config_set_transport_option (config, "memory", "latency-from-ms", from,
                                                      error));
}

/* ---- the whole ---- */

static void
plan_data (Making *self, const KadServiceOptions *options)
{
  g_autofree char *usual = g_build_filename (g_get_user_state_dir (), "kad", NULL);

  kad_node_config_set_data (self->plan->config, options->data != NULL ? options->data : usual);
  if (options->key != NULL)
    kad_node_config_set_private_key (self->plan->config, options->key);
}

static void
plan_mode (Making *self, GSettings *general)
{
  g_autofree char *mode = g_settings_get_string (general, "mode");

  if (kad_mode_parse (mode, &self->plan->mode, NULL))
    kad_node_config_set_mode (self->plan->config, self->plan->mode);
}

KadNodePlan *
kad_node_plan_new (KadSettings *settings, const KadServiceOptions *options, GError **error)
{
  g_autoptr (KadNodePlan) plan = g_new0 (KadNodePlan, 1);
  g_autoptr (GString) text = g_string_new (NULL);
  g_autoptr (GStrvBuilder) problems = g_strv_builder_new ();
  Making making = { .plan = plan, .text = text, .problems = problems };
  GSettings *general = kad_settings_get_general (settings);
  GSettings *own;

  plan->config = kad_node_config_new ();
  plan->network = options->network != NULL ? g_strdup (options->network)
                                           : kad_settings_dup_network (settings);
  if (!kad_node_config_set_network (plan->config, plan->network, error))
    {
      g_prefix_error (error, "The setting \"network\": ");
      return NULL;
    }
  g_string_append_printf (text, "network %s\n", plan->network);
  own = kad_settings_get_of_network (settings, plan->network);
  plan_protocol (&making, own);
  plan_validators (&making, own);
  plan_limits (&making, general);
  plan_mode (&making, general);
  plan_data (&making, options);
  if (!plan_latency (&making, options, error) || !plan_listening (&making, settings, options, error)
      || !plan_joining (&making, settings, options, error))
    return NULL;
  plan->text = g_strdup (text->str);
  plan->problems = g_strv_builder_end (problems);
  return g_steal_pointer (&plan);
}

void
kad_node_plan_free (KadNodePlan *self)
{
  g_clear_object (&self->config);
  g_free (self->network);
  g_free (self->text);
  g_strfreev (self->problems);
  g_free (self);
}

gboolean
kad_service_options_check (const KadServiceOptions *options, GError **error)
{
  g_autoptr (KadNodeConfig) config = kad_node_config_new ();

  return (options->network == NULL || kad_node_config_set_network (config, options->network, error))
         && add_all (config, kad_node_config_add_listen, options->listen, error)
         && add_all (config, kad_node_config_add_bootstrap, options->join, error);
}
