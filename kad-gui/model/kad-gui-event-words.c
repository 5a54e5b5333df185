/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "kad-gui-event-words.h"

#include <glib/gi18n.h>

#include "kad-gui-text.h"

typedef char *(*Words) (const KadGuiLine *line);

static char *
dup_key (const char *base64, const char *kind)
{
  g_autoptr (GBytes) key = kad_gui_line_dup_key (base64);
  g_autofree char *text = key != NULL ? kad_gui_line_dup_key_text (key, kind) : NULL;

  return text != NULL ? kad_gui_text_short (text) : g_strdup ("–");
}

/* ---- peers ---- */

static char *
peer_connected (const KadGuiLine *line)
{
  g_autofree char *peer = kad_gui_text_short (line->peer);
  g_autofree char *address = kad_gui_text (line->address);

  if (g_str_equal (line->reason, "listener"))
    return g_strdup_printf (_ ("%s connected to us from %s"), peer, address);
  return g_strdup_printf (_ ("Connected to %s at %s"), peer, address);
}

static char *
peer_disconnected (const KadGuiLine *line)
{
  g_autofree char *peer = kad_gui_text_short (line->peer);
  g_autofree char *reason = kad_gui_text (line->reason);

  if (*reason == '\0')
    return g_strdup_printf (_ ("Disconnected from %s"), peer);
  return g_strdup_printf (_ ("Disconnected from %s: %s"), peer, reason);
}

static char *
peer_identified (const KadGuiLine *line)
{
  g_autofree char *peer = kad_gui_text_short (line->peer);
  g_autofree char *agent = kad_gui_text (line->agent);

  if (*agent == '\0')
    return g_strdup_printf (_ ("%s does not say what it is"), peer);
  return g_strdup_printf (_ ("%s says that it is %s"), peer, agent);
}

static char *
request_served (const KadGuiLine *line)
{
  g_autofree char *peer = kad_gui_text_short (line->from);
  g_autofree char *request = kad_gui_text (line->request);
  g_autofree char *key = NULL;

  if (*line->key == '\0')
    return g_strdup_printf (_ ("%s asked us: %s"), peer, request);
  key = dup_key (line->key,
                 g_str_has_suffix (request, "provider") || g_str_has_suffix (request, "providers")
                     ? "provider"
                     : "");
  return g_strdup_printf (_ ("%s asked us: %s of %s"), peer, request, key);
}

static char *
table_added (const KadGuiLine *line)
{
  g_autofree char *peer = kad_gui_text_short (line->peer);

  return g_strdup_printf (_ ("%s came into the routing table, bucket %u"), peer,
                          kad_gui_line_to_count (line->bucket));
}

static char *
table_removed (const KadGuiLine *line)
{
  g_autofree char *peer = kad_gui_text_short (line->peer);

  return g_strdup_printf (_ ("%s left the routing table, bucket %u"), peer,
                          kad_gui_line_to_count (line->bucket));
}

/* ---- what is kept and announced ---- */

static char *
provider_stored (const KadGuiLine *line)
{
  g_autofree char *peer = kad_gui_text_short (line->peer);
  g_autofree char *key = dup_key (line->key, "provider");

  return g_strdup_printf (_ ("%s provides %s: we tell others so"), peer, key);
}

static char *
record_stored (const KadGuiLine *line)
{
  g_autofree char *peer = kad_gui_text_short (line->peer);
  g_autofree char *key = dup_key (line->key, "");

  return g_strdup_printf (_ ("%s gave us the record %s to keep"), peer, key);
}

static char *
publication_key (const KadGuiLine *line)
{
  if (line->publication == NULL)
    return dup_key (line->key, line->kind);
  return dup_key (kad_gui_line_get_text (line->publication, "key_base64", KAD_GUI_MAX_LINE_KEY),
                  kad_gui_line_get_text (line->publication, "kind", KAD_GUI_MAX_LINE_NAME));
}

static char *
publication_changed (const KadGuiLine *line)
{
  g_autofree char *key = publication_key (line);
  guint stored = 0;
  guint wanted = 0;

  if (line->publication == NULL)
    return g_strdup_printf (_ ("%s is published"), key);
  if (kad_gui_line_get_boolean (line->publication, "running"))
    return g_strdup_printf (_ ("%s is being announced"), key);
  if (kad_gui_line_get_number (line->publication, "failures") > 0)
    return g_strdup_printf (_ ("%s could not be announced"), key);
  if (kad_gui_line_get_number (line->publication, "last_run_us") == 0)
    return g_strdup_printf (_ ("%s is published"), key);
  stored = kad_gui_line_to_count (kad_gui_line_get_number (line->publication, "stored"));
  wanted = kad_gui_line_to_count (kad_gui_line_get_number (line->publication, "wanted"));
  return g_strdup_printf (_ ("%s was announced: %u of %u peers have it"), key, stored, wanted);
}

static char *
publication_removed (const KadGuiLine *line)
{
  g_autofree char *key = publication_key (line);

  return g_strdup_printf (_ ("%s is not announced any more"), key);
}

/* ---- the node ---- */

static char *
listening (const KadGuiLine *line)
{
  g_autofree char *address = kad_gui_text (line->address);

  return g_strdup_printf (_ ("Listening on %s"), address);
}

static char *
joined (const KadGuiLine *line)
{
  guint n = kad_gui_line_to_count (line->table);

  return g_strdup_printf (g_dngettext (GETTEXT_PACKAGE,
                                       "Joined the network: %u peer in the routing table",
                                       "Joined the network: %u peers in the routing table", n),
                          n);
}

static char *
join_failed (const KadGuiLine *line)
{
  g_autofree char *message = kad_gui_text (line->error_message);

  return g_strdup_printf (_ ("Could not join the network: %s"), message);
}

static char *
mode_changed (const KadGuiLine *line)
{
  return g_strdup (g_str_equal (line->mode, "server") ? _ ("We serve others now")
                                                      : _ ("We do not serve others any more"));
}

static char *
resumed (const KadGuiLine *line)
{
  return g_strdup (_ ("Connections and addresses are looked at anew"));
}

static char *
clock_stepped (const KadGuiLine *line)
{
  return g_strdup (_ ("The clock of this machine was set"));
}

static char *
module_failed (const KadGuiLine *line)
{
  g_autofree char *module = kad_gui_text (line->module);
  g_autofree char *message = kad_gui_text (line->error_message);

  return g_strdup_printf (_ ("The module %s could not be loaded: %s"), module, message);
}

static char *
address_found (const KadGuiLine *line)
{
  g_autofree char *address = kad_gui_text (line->address);

  return g_strdup_printf (_ ("Others see us at %s"), address);
}

static char *
addresses_changed (const KadGuiLine *line)
{
  guint n = line->addresses != NULL ? (guint) g_variant_n_children (line->addresses) : 0;

  return g_strdup_printf (g_dngettext (GETTEXT_PACKAGE, "We listen on %u address now",
                                       "We listen on %u addresses now", n),
                          n);
}

/* ---- queries ---- */

static char *
query_started (const KadGuiLine *line)
{
  g_autofree char *kind = kad_gui_text (line->kind);
  g_autofree char *key = NULL;

  if (*line->key == '\0')
    return g_strdup_printf (_ ("The query %s began"), kind);
  key = dup_key (line->key, line->kind);
  return g_strdup_printf (_ ("The query %s of %s began"), kind, key);
}

/* How a query ended, within a sentence. */
static char *
dup_outcome (const char *outcome)
{
  static const struct
  {
    const char *outcome;
    const char *words;
  } known[] = {
    /* Translators: what follows is how a query ended, within a sentence. */
    { "completed", N_ ("completed") },        { "stopped", N_ ("found enough") },
    { "starved", N_ ("nobody left to ask") }, { "timed-out", N_ ("timed out") },
    { "cancelled", N_ ("cancelled") },        { "failed", N_ ("failed") },
  };

  for (guint i = 0; i < G_N_ELEMENTS (known); i++)
    if (g_str_equal (known[i].outcome, outcome))
      return g_strdup (_ (known[i].words));
  return kad_gui_text (outcome);
}

static char *
query_progress (const KadGuiLine *line)
{
  g_autofree char *kind = kad_gui_text (line->kind);
  g_autofree char *outcome = dup_outcome (line->outcome);
  g_autofree char *message = kad_gui_text (line->error_message);
  guint n = kad_gui_line_to_count (line->results);

  if (g_str_equal (line->kind, "operation"))
    return g_strdup_printf (_ ("The operation ended: %s"), *message != '\0' ? message : outcome);
  if (n > 0)
    return g_strdup_printf (
        ngettext ("The query %s: %u result came", "The query %s: %u results came", n), kind, n);
  if (*message != '\0')
    return g_strdup_printf (_ ("The query %s ended: %s"), kind, message);
  if (line->last)
    return g_strdup_printf (_ ("The query %s ended: %s"), kind, outcome);
  return g_strdup_printf (_ ("The query %s got on"), kind);
}

static char *
query_finished (const KadGuiLine *line)
{
  g_autofree char *kind = kad_gui_text (line->kind);
  g_autofree char *outcome = dup_outcome (line->outcome);
  g_autofree char *took = kad_gui_text_duration (line->duration_us);

  return g_strdup_printf (_ ("The query %s took %s (%s): %u requests, %u answers"), kind, took,
                          outcome, kad_gui_line_to_count (line->requests),
                          kad_gui_line_to_count (line->successes));
}

static char *
run_progress (const KadGuiLine *line)
{
  g_autofree char *command = kad_gui_text (line->command);

  return g_strdup_printf (_ ("The command %s has done %u of %u steps"), command,
                          kad_gui_line_to_count (line->done), kad_gui_line_to_count (line->total));
}

static const struct
{
  const char *event;
  Words words;
} known[] = {
  { "peer-connected", peer_connected },
  { "peer-disconnected", peer_disconnected },
  { "peer-identified", peer_identified },
  { "request-served", request_served },
  { "table-added", table_added },
  { "table-removed", table_removed },
  { "provider-stored", provider_stored },
  { "record-stored", record_stored },
  { "publication-changed", publication_changed },
  { "publication-removed", publication_removed },
  { "listening", listening },
  { "joined", joined },
  { "join-failed", join_failed },
  { "mode-changed", mode_changed },
  { "resumed", resumed },
  { "clock-stepped", clock_stepped },
  { "module-failed", module_failed },
  { "address-found", address_found },
  { "addresses-changed", addresses_changed },
  { "query-started", query_started },
  { "query-progress", query_progress },
  { "query-finished", query_finished },
  { "run-progress", run_progress },
};

char *
kad_gui_event_words (const KadGuiLine *line)
{
  for (guint i = 0; i < G_N_ELEMENTS (known); i++)
    if (g_str_equal (known[i].event, line->event))
      return known[i].words (line);
  return kad_gui_text (line->event);
}
