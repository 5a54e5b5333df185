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

/* The companion has ports of its own: where the main node has a fixed one, the system chooses.
 * (transfer full) */
static char *
dup_without_port (const char *address)
{
  g_autoptr (GRegex) regex = g_regex_new ("/(tcp|udp)/[0-9]+", 0, 0, NULL);

  return g_regex_replace (regex, address, -1, 0, "/\\1/0", 0, NULL);
}

/* Beside another node: where its own network's settings say, or where the other one listens, on
 * other ports. */
static void
plan_listening_beside (Making *self, KadSettings *settings, const KadServiceOptions *options)
{
  GSettings *own = kad_settings_get_of_network (settings, self->plan->network);
  g_auto (GStrv) chosen = g_settings_get_strv (own, "listen-addresses");

  if (chosen[0] == NULL)
    {
      g_strfreev (chosen);
      chosen = options->listen != NULL
                   ? g_strdupv ((char **) options->listen)
                   : g_settings_get_strv (kad_settings_get_general (settings), "listen-addresses");
      for (guint i = 0; chosen[i] != NULL; i++)
        {
          g_autofree char *given = chosen[i];

          chosen[i] = dup_without_port (given);
        }
    }
  kad_node_config_set_lenient (self->plan->config, TRUE);
  note_texts (self, "listen", (const char *const *) chosen);
  add_good (self, "listen-addresses", kad_node_config_add_listen, (const char *const *) chosen);
}

static gboolean
plan_joining (Making *self, KadSettings *settings, const KadServiceOptions *options,
              gboolean is_beside, GError **error)
{
  GSettings *own = kad_settings_get_of_network (settings, self->plan->network);
  g_auto (GStrv) peers = NULL;

  if (options->join != NULL && !is_beside)
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

/* The same identity, and a folder of its own. */
static void
plan_data_beside (Making *self, const KadServiceOptions *options)
{
  g_autofree char *usual = g_build_filename (g_get_user_state_dir (), "kad", NULL);
  const char *data = options->data != NULL ? options->data : usual;
  g_autofree char *folder = g_build_filename (data, KAD_COMPANION_FOLDER, NULL);
  g_autofree char *identity = g_build_filename (data, "identity", NULL);
  gboolean is_kept = !g_str_equal (data, ":memory:");

  kad_node_config_set_data (self->plan->config, is_kept ? folder : data);
  if (is_kept)
    kad_node_config_set_identity_path (self->plan->config, identity);
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

/* Whether others reach it is no question on the same link: a server, unless a person says no. */
static void
plan_mode_beside (Making *self, GSettings *general)
{
  g_autofree char *mode = g_settings_get_string (general, "mode");
  gboolean is_client
      = kad_mode_parse (mode, &self->plan->mode, NULL) && self->plan->mode == KAD_MODE_CLIENT;

  self->plan->mode = is_client ? KAD_MODE_CLIENT : KAD_MODE_SERVER;
  kad_node_config_set_mode (self->plan->config, self->plan->mode);
}

static gboolean
plan_place (Making *self, KadSettings *settings, const KadServiceOptions *options,
            gboolean is_beside, GError **error)
{
  GSettings *general = kad_settings_get_general (settings);

  if (is_beside)
    {
      plan_mode_beside (self, general);
      plan_data_beside (self, options);
      plan_listening_beside (self, settings, options);
    }
  else
    {
      plan_mode (self, general);
      plan_data (self, options);
      if (!plan_latency (self, options, error) || !plan_listening (self, settings, options, error))
        return FALSE;
    }
  return plan_joining (self, settings, options, is_beside, error);
}

static KadNodePlan *
plan_one (KadSettings *settings, const KadServiceOptions *options, const char *network,
          gboolean is_beside, GError **error)
{
  g_autoptr (KadNodePlan) plan = g_new0 (KadNodePlan, 1);
  g_autoptr (GString) text = g_string_new (NULL);
  g_autoptr (GStrvBuilder) problems = g_strv_builder_new ();
  Making making = { .plan = plan, .text = text, .problems = problems };
  GSettings *own;

  plan->config = kad_node_config_new ();
  plan->network = g_strdup (network);
  if (!kad_node_config_set_network (plan->config, plan->network, error))
    {
      g_prefix_error (error, "The setting \"network\": ");
      return NULL;
    }
  g_string_append_printf (text, "network %s\n", plan->network);
  own = kad_settings_get_of_network (settings, plan->network);
  plan_protocol (&making, own);
  plan_validators (&making, own);
  plan_limits (&making, kad_settings_get_general (settings));
  if (!plan_place (&making, settings, options, is_beside, error))
    return NULL;
  plan->text = g_strdup (text->str);
  plan->problems = g_strv_builder_end (problems);
  return g_steal_pointer (&plan);
}

/* ---- the companion ---- */

static const char *
find_beside (KadSettings *settings, const KadServiceOptions *options, const char *network)
{
  if (options->beside != NULL)
    return options->beside;
  if (g_str_equal (network, "public")
      && g_settings_get_boolean (kad_settings_get_general (settings), "local-network"))
    return "lan";
  return NULL;
}

/* What is wrong with it is told with what is wrong with the main one, which holds in any case. */
static void
add_beside (KadNodePlan *plan, KadNodePlan *beside, const GError *error)
{
  g_autoptr (GStrvBuilder) problems = g_strv_builder_new ();
  g_auto (GStrv) own = plan->problems;
  g_autofree char *text = plan->text;

  g_strv_builder_addv (problems, (const char **) own);
  for (guint i = 0; beside != NULL && beside->problems[i] != NULL; i++)
    {
      g_autofree char *problem = g_strconcat (beside->network, "/", beside->problems[i], NULL);

      if (!g_strv_contains ((const char *const *) own, beside->problems[i]))
        g_strv_builder_add (problems, problem);
    }
  if (beside == NULL)
    {
      g_autofree char *problem = g_strconcat ("local-network: ", error->message, NULL);

      g_strv_builder_add (problems, problem);
    }
  plan->problems = g_strv_builder_end (problems);
  plan->text = g_strconcat (text, "beside\n", beside != NULL ? beside->text : "", NULL);
  plan->beside = beside;
}

KadNodePlan *
kad_node_plan_new (KadSettings *settings, const KadServiceOptions *options, GError **error)
{
  g_autofree char *network = options->network != NULL ? g_strdup (options->network)
                                                      : kad_settings_dup_network (settings);
  KadNodePlan *plan = plan_one (settings, options, network, FALSE, error);
  const char *beside = plan != NULL ? find_beside (settings, options, network) : NULL;
  g_autoptr (GError) problem = NULL;

  if (beside != NULL)
    add_beside (plan, plan_one (settings, options, beside, TRUE, &problem), problem);
  return plan;
}

void
kad_node_plan_free (KadNodePlan *self)
{
  g_clear_object (&self->config);
  g_free (self->network);
  g_free (self->text);
  g_strfreev (self->problems);
  g_clear_pointer (&self->beside, kad_node_plan_free);
  g_free (self);
}

gboolean
kad_service_options_check (const KadServiceOptions *options, GError **error)
{
  g_autoptr (KadNodeConfig) config = kad_node_config_new ();

  return (options->network == NULL || kad_node_config_set_network (config, options->network, error))
         && (options->beside == NULL
             || kad_node_config_set_network (config, options->beside, error))
         && add_all (config, kad_node_config_add_listen, options->listen, error)
         && add_all (config, kad_node_config_add_bootstrap, options->join, error);
}
