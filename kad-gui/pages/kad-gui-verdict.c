/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "kad-gui-verdict.h"

#include <glib/gi18n.h>

#include "kad-gui-check.h"
#include "kad-gui-text.h"
#include "kad-health-advice.h"
#include "kad-thrift-words.h"

/* A table with fewer peers is thin. */
#define FEW_PEERS 8

void
kad_gui_verdict_clear (KadGuiVerdict *self)
{
  g_clear_pointer (&self->title, g_free);
  g_clear_pointer (&self->text, g_free);
  g_clear_pointer (&self->advice, g_free);
}

static void
set (KadGuiVerdict *self, KadGuiTick tick, const char *icon, const char *title, const char *text)
{
  self->tick = tick;
  self->icon = icon;
  self->title = g_strdup (title);
  self->text = g_strdup (text);
}

/* The step, if the source can. */
static void
set_next (KadGuiVerdict *self, KadGuiSource *source, KadGuiAbilities needs, KadGuiNext next,
          const char *label)
{
  if ((kad_gui_source_get_abilities (source) & needs) != needs)
    return;
  self->next = next;
  self->next_label = label;
}

static const char *
get_advice (const char *word)
{
  const char *advice = *word != '\0' ? kad_health_advice_get (word) : NULL;

  return advice != NULL ? advice : "";
}

/* ---- a source that is not open ---- */

static void
judge_failure (KadGuiVerdict *self, KadGuiSource *source)
{
  static const struct
  {
    const char *code, *title, *advice;
  } failures[] = {
    { "NoService", N_ ("The Service Is Not There"),
      N_ ("Start it, or choose something else to look at.") },
    { "NoBus", N_ ("There Is No Session Bus"), N_ ("Look at a socket or a recording.") },
    { "Version", N_ ("The Service Has Another Version"),
      N_ ("Install the inspector and the service of the same version, and start the service "
          "again.") },
    { "NotAuthorized", N_ ("The Service Does Not Let You"),
      N_ ("Ask who runs it, or look at a service of your own.") },
    { "Corrupt", N_ ("The Recording Cannot Be Read"), N_ ("Record again, or choose another one.") },
  };
  const char *code = kad_gui_source_get_error_code (source);
  g_autofree char *message = kad_gui_text (kad_gui_source_get_error_message (source));

  set (self, KAD_GUI_TICK_FAIL, "dialog-error-symbolic", _ ("Nothing Can Be Seen"), message);
  for (guint i = 0; i < G_N_ELEMENTS (failures); i++)
    if (g_str_equal (failures[i].code, code))
      {
        g_free (self->title);
        self->title = g_strdup (_ (failures[i].title));
        self->advice = g_strdup (_ (failures[i].advice));
      }
  set_next (self, source, 0, KAD_GUI_NEXT_OPEN, _ ("_Try Again"));
}

/* ---- a node that is not online ---- */

static char *
dup_pause_text (KadGuiStatus *status)
{
  g_autofree char *reason = kad_gui_text (status->pause_reason);

  if (g_str_equal (reason, "user") || *reason == '\0')
    return g_strdup (_ ("Somebody paused it: it has no connections, and answers nobody."));
  if (g_str_equal (reason, "metered"))
    return g_strdup (_ ("It is paused while the network costs money by the byte."));
  if (g_str_equal (reason, "power-saver"))
    return g_strdup (_ ("It is paused while this machine saves power."));
  if (g_str_equal (reason, "battery"))
    return g_strdup (_ ("It is paused while this machine runs on its battery."));
  return g_strdup_printf (_ ("It is paused: %s."), reason);
}

static gboolean
judge_state (KadGuiVerdict *self, KadGuiSource *source, KadGuiStatus *status)
{
  if (g_str_equal (status->state, "stopped"))
    {
      set (self, KAD_GUI_TICK_SKIPPED, "media-playback-stop-symbolic", _ ("The Node Is Stopped"),
           _ ("Nobody needs it now. It starts by itself when a program asks something of it."));
      set_next (self, source, KAD_GUI_CAN_CONTROL, KAD_GUI_NEXT_START, _ ("_Start"));
    }
  else if (g_str_equal (status->state, "starting"))
    set (self, KAD_GUI_TICK_SKIPPED, "content-loading-symbolic", _ ("The Node Is Starting"),
         _ ("It reads its data and begins to listen. This takes a moment."));
  else if (g_str_equal (status->state, "bootstrapping"))
    set (self, KAD_GUI_TICK_SKIPPED, "content-loading-symbolic", _ ("Joining the Network"),
         _ ("It asks the peers that it knows for those nearest to it."));
  else if (g_str_equal (status->state, "offline"))
    {
      set (self, KAD_GUI_TICK_FAIL, "network-offline-symbolic", _ ("The Node Is Offline"),
           _ ("Nobody is in its routing table: there is no network, nobody could be reached, or it "
              "has nobody to join."));
      self->advice = g_strdup (get_advice ("join"));
      set_next (self, source, KAD_GUI_CAN_RUN, KAD_GUI_NEXT_BOOTSTRAP, _ ("_Join Now"));
    }
  else if (g_str_equal (status->state, "paused"))
    {
      g_autofree char *text = dup_pause_text (status);

      set (self, KAD_GUI_TICK_WARN, "media-playback-pause-symbolic", _ ("The Node Is Paused"),
           text);
      set_next (self, source, KAD_GUI_CAN_CONTROL, KAD_GUI_NEXT_RESUME, _ ("_Resume Anyway"));
    }
  else
    return FALSE;
  return TRUE;
}

/* ---- a node that is online ---- */

/* The worst of the checks, if one is bad. (transfer full) (nullable) */
static KadGuiCheck *
find_worst (GListModel *checks)
{
  g_autoptr (GObject) worst = NULL;
  guint n = g_list_model_get_n_items (checks);

  for (guint i = 0; i < n; i++)
    {
      g_autoptr (GObject) item = g_list_model_get_item (checks, i);
      KadGuiTick tick = kad_gui_tick_from_word (KAD_GUI_CHECK (item)->state);

      if (tick == KAD_GUI_TICK_FAIL)
        return KAD_GUI_CHECK (g_steal_pointer (&item));
      if (tick == KAD_GUI_TICK_WARN && worst == NULL)
        worst = g_object_ref (item);
    }
  return worst != NULL ? KAD_GUI_CHECK (g_steal_pointer (&worst)) : NULL;
}

/* "131 peers are in its routing table. It serves others." */
static char *
dup_online_text (KadGuiStatus *status)
{
  g_autofree char *peers
      = g_strdup_printf (g_dngettext (GETTEXT_PACKAGE, "%u peer is in its routing table.",
                                      "%u peers are in its routing table.", status->table_size),
                         status->table_size);

  return g_strdup_printf ("%s %s", peers,
                          status->serving ? _ ("Others reach it, and it answers them.")
                          : g_str_equal (status->reachability, "private")
                              ? _ ("It finds and publishes, but others do not reach it.")
                              : _ ("It finds and publishes, as a client."));
}

/* "It does only what it is asked (metered connection)." (transfer full) (nullable): it is not quiet
 */
static char *
dup_quiet_text (KadGuiStatus *status)
{
  g_autofree char *why = NULL;
  g_autofree char *shown = NULL;

  if (status->quiet_reasons == NULL || status->quiet_reasons[0] == NULL)
    return NULL;
  why = kad_thrift_words_dup ((const char *const *) status->quiet_reasons);
  shown = kad_gui_text (why);
  return g_strdup_printf (_ ("It does only what it is asked (%s). What it publishes stays found."),
                          shown);
}

static void
judge_online (KadGuiVerdict *self, KadGuiSource *source, KadGuiStatus *status)
{
  GListModel *checks = kad_gui_store_get_checks (kad_gui_source_get_store (source));
  g_autoptr (KadGuiCheck) worst = find_worst (checks);
  g_autofree char *text = dup_online_text (status);
  g_autofree char *quiet = dup_quiet_text (status);
  g_autofree char *saw = worst != NULL ? kad_gui_text (worst->saw) : NULL;
  gboolean is_few = status->table_size < FEW_PEERS;

  if (worst != NULL && kad_gui_tick_from_word (worst->state) == KAD_GUI_TICK_FAIL)
    {
      set (self, KAD_GUI_TICK_FAIL, "dialog-warning-symbolic", _ ("Online, with a Problem"), saw);
      self->advice = g_strdup (get_advice (worst->advice));
    }
  else if (quiet != NULL)
    set (self, KAD_GUI_TICK_OK, "network-transmit-receive-symbolic", _ ("Online, and Quiet"),
         quiet);
  else if (is_few)
    {
      set (self, KAD_GUI_TICK_WARN, "network-transmit-receive-symbolic",
           _ ("Online, with Few Peers"), text);
      self->advice = g_strdup (get_advice ("more-peers"));
    }
  else if (g_str_equal (status->reachability, "private") && !g_str_equal (status->mode, "client"))
    {
      set (self, KAD_GUI_TICK_WARN, "network-transmit-receive-symbolic",
           _ ("Online, but Not Reached by Others"), text);
      self->advice = g_strdup (get_advice (
          g_str_has_prefix (status->reachability_why, "not-listening") ? "listen"
                                                                       : "forward-port"));
    }
  else if (worst != NULL)
    {
      set (self, KAD_GUI_TICK_WARN, "network-transmit-receive-symbolic",
           _ ("Online, with a Warning"), saw);
      self->advice = g_strdup (get_advice (worst->advice));
    }
  else
    set (self, KAD_GUI_TICK_OK, "network-transmit-receive-symbolic", _ ("Online"), text);
  set_next (self, source, KAD_GUI_CAN_CHECK, KAD_GUI_NEXT_CHECK, _ ("_Check Now"));
}

static void
judge (KadGuiVerdict *self, KadGuiSource *source)
{
  KadGuiStatus *status = kad_gui_store_get_status (kad_gui_source_get_store (source));

  if (kad_gui_source_get_state (source) == KAD_GUI_SOURCE_FAILED)
    judge_failure (self, source);
  else if (kad_gui_source_get_state (source) == KAD_GUI_SOURCE_CONNECTING)
    set (self, KAD_GUI_TICK_SKIPPED, "content-loading-symbolic", _ ("Connecting"),
         kad_gui_source_get_title (source));
  else if (kad_gui_source_get_state (source) == KAD_GUI_SOURCE_CLOSED)
    {
      set (self, KAD_GUI_TICK_SKIPPED, "network-offline-symbolic", _ ("Not Connected"),
           kad_gui_source_get_title (source));
      set_next (self, source, 0, KAD_GUI_NEXT_OPEN, _ ("_Connect"));
    }
  else if (judge_state (self, source, status))
    return;
  else if (g_str_equal (status->state, "online"))
    judge_online (self, source, status);
  else
    set (self, KAD_GUI_TICK_SKIPPED, "content-loading-symbolic", _ ("How the Node Is Is Not Known"),
         _ ("Nothing was heard of it yet."));
}

void
kad_gui_verdict_init (KadGuiVerdict *self, KadGuiSource *source)
{
  *self = (KadGuiVerdict){ .next = KAD_GUI_NEXT_NOTHING };
  if (source == NULL)
    set (self, KAD_GUI_TICK_SKIPPED, "network-offline-symbolic", _ ("Nothing Is Looked At"),
         _ ("Choose a service, a socket or a recording."));
  else
    judge (self, source);
  if (self->advice == NULL)
    self->advice = g_strdup ("");
}

/* ---- whether others reach it ---- */

static gboolean
is_running (KadGuiStatus *status)
{
  return !g_str_equal (status->state, "") && !g_str_equal (status->state, "stopped")
         && !g_str_equal (status->state, "paused");
}

static void
add_listening (KadGuiChecklist *list, KadGuiStatus *status)
{
  guint n = g_strv_length (status->listen_addresses);
  g_autofree char *first = n > 0 ? kad_gui_text (status->listen_addresses[0]) : NULL;
  char *peer = n > 0 ? strstr (first, "/p2p/") : NULL;
  g_autofree char *more = NULL;

  if (peer != NULL)
    *peer = '\0';
  if (n > 1)
    more = g_strdup_printf (
        g_dngettext (GETTEXT_PACKAGE, "%s and %u more address", "%s and %u more addresses", n - 1),
        first, n - 1);
  if (n > 0)
    kad_gui_checklist_add (list, KAD_GUI_TICK_OK, _ ("Listening"), more != NULL ? more : first,
                           NULL);
  else if (!is_running (status))
    kad_gui_checklist_add (list, KAD_GUI_TICK_SKIPPED, _ ("Listening"),
                           _ ("The node does not run."), NULL);
  else if (g_str_equal (status->mode, "client"))
    kad_gui_checklist_add (list, KAD_GUI_TICK_SKIPPED, _ ("Not listening"),
                           _ ("A client need not."), NULL);
  else
    kad_gui_checklist_add (list, KAD_GUI_TICK_FAIL, _ ("Not listening"),
                           _ ("Nobody can connect to this node."), get_advice ("listen"));
}

static void
add_seen (KadGuiChecklist *list, KadGuiStatus *status)
{
  g_autofree char *joined = g_strjoinv (", ", status->observed_addresses);
  g_autofree char *seen = kad_gui_text (joined);

  if (*seen != '\0')
    kad_gui_checklist_add (list, KAD_GUI_TICK_OK, _ ("Seen by others"), seen, NULL);
  else
    kad_gui_checklist_add (list, KAD_GUI_TICK_SKIPPED, _ ("Seen by others"),
                           _ ("Nobody has told yet at which address they see it."), NULL);
}

static void
add_confirmed (KadGuiChecklist *list, KadGuiStatus *status)
{
  const char *why = status->reachability_why;

  if (g_str_equal (status->reachability, "public"))
    kad_gui_checklist_add (list, KAD_GUI_TICK_OK, _ ("Confirmed by others"),
                           _ ("Somebody from outside has connected to it."), NULL);
  else if (g_str_equal (status->reachability, "local"))
    kad_gui_checklist_add (
        list, KAD_GUI_TICK_OK, _ ("Reached in its network"),
        _ ("Its network is of this machine or link: nobody outside need reach it."), NULL);
  else if (g_str_has_prefix (why, "behind-router"))
    kad_gui_checklist_add (list, KAD_GUI_TICK_WARN, _ ("Not confirmed by others"),
                           _ ("Nobody from outside has connected to it."),
                           get_advice ("forward-port"));
  else if (g_str_has_prefix (why, "not-listening"))
    kad_gui_checklist_add (list, KAD_GUI_TICK_WARN, _ ("Not confirmed by others"),
                           _ ("It listens nowhere."), NULL);
  else if (is_running (status))
    kad_gui_checklist_add (list, KAD_GUI_TICK_SKIPPED, _ ("Not confirmed by others yet"), NULL,
                           get_advice ("wait-for-inbound"));
  else
    kad_gui_checklist_add (list, KAD_GUI_TICK_SKIPPED, _ ("Not confirmed by others"),
                           _ ("The node does not run."), NULL);
}

static void
add_serving (KadGuiChecklist *list, KadGuiStatus *status)
{
  if (status->serving)
    kad_gui_checklist_add (list, KAD_GUI_TICK_OK, _ ("Serving others"),
                           g_str_equal (status->mode, "server")
                               ? _ ("Yes: its mode is “server”.")
                               : _ ("Yes: it is proven that others reach it."),
                           NULL);
  else if (!is_running (status))
    kad_gui_checklist_add (list, KAD_GUI_TICK_SKIPPED, _ ("Serving others"),
                           _ ("No, because the node does not run."), NULL);
  else if (g_str_equal (status->mode, "client"))
    kad_gui_checklist_add (list, KAD_GUI_TICK_SKIPPED, _ ("Serving others"),
                           _ ("No, because its mode is “client”."), NULL);
  else
    kad_gui_checklist_add (
        list, KAD_GUI_TICK_SKIPPED, _ ("Serving others"),
        _ ("No, because in mode “auto” it serves once others have proven that they reach it."),
        NULL);
}

void
kad_gui_verdict_fill_reachability (KadGuiChecklist *list, KadGuiStatus *status)
{
  kad_gui_checklist_begin (list);
  if (*status->state != '\0')
    {
      add_listening (list, status);
      add_seen (list, status);
      add_confirmed (list, status);
      add_serving (list, status);
    }
  kad_gui_checklist_end (list);
}

/* ---- the health ---- */

static const struct
{
  const char *check, *title;
} titles[] = {
  { "clock", N_ ("Clock") },
  { "disk", N_ ("Disk") },
  { "latency", N_ ("Speed of commands") },
  { "listening", N_ ("Listening") },
  { "modules", N_ ("Modules") },
  { "network", N_ ("Network of this machine") },
  { "node", N_ ("Node") },
  { "reachability", N_ ("Reachability") },
  { "record-round-trip", N_ ("Storing and getting a record") },
  { "self-lookup", N_ ("Looking up itself") },
  { "service", N_ ("Service") },
  { "settings", N_ ("Settings") },
  { "table-size", N_ ("Routing table") },
};

static char *
dup_title (const char *check)
{
  for (guint i = 0; i < G_N_ELEMENTS (titles); i++)
    if (g_str_equal (titles[i].check, check))
      return g_strdup (_ (titles[i].title));
  return kad_gui_text (check);
}

static void
add_no_check (KadGuiChecklist *list, KadGuiSource *source)
{
  if ((kad_gui_source_get_abilities (source) & KAD_GUI_CAN_CHECK) != 0)
    kad_gui_checklist_add (list, KAD_GUI_TICK_SKIPPED, _ ("Not checked yet"),
                           _ ("A check looks this node up in the network, stores a small record "
                              "and reads it back, and looks at clock, disk, settings and modules."),
                           NULL);
  else
    kad_gui_checklist_add (list, KAD_GUI_TICK_SKIPPED, _ ("Nothing to check"),
                           _ ("A recording is of the past."), NULL);
}

void
kad_gui_verdict_fill_health (KadGuiChecklist *list, KadGuiSource *source)
{
  GListModel *checks = kad_gui_store_get_checks (kad_gui_source_get_store (source));
  guint n = g_list_model_get_n_items (checks);

  kad_gui_checklist_begin (list);
  if (n == 0)
    add_no_check (list, source);
  for (guint i = 0; i < n; i++)
    {
      g_autoptr (KadGuiCheck) check = g_list_model_get_item (checks, i);
      g_autofree char *title = dup_title (check->check);
      g_autofree char *saw = kad_gui_text (check->saw);

      kad_gui_checklist_add (list, kad_gui_tick_from_word (check->state), title, saw,
                             get_advice (check->advice));
    }
  kad_gui_checklist_end (list);
}
