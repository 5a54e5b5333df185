/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "kad-gui-query-words.h"

#include "kad-gui-i18n.h"
#include "kad-gui-result.h"
#include "kad-gui-text.h"

/* Peers that a sentence names. */
#define MAX_NAMED 3

static const struct
{
  const char *kind;
  const char *title;
  const char *icon;
} kinds[] = {
  { "get-providers", N_ ("Get Providers"), "network-server-symbolic" },
  { "find-providers", N_ ("Get Providers"), "network-server-symbolic" },
  { "get-record", N_ ("Get Record"), "system-search-symbolic" },
  { "closest-peers", N_ ("Closest Peers"), "find-location-symbolic" },
  { "find-peer", N_ ("Find Peer"), "avatar-default-symbolic" },
  { "put-record", N_ ("Put Record"), "document-save-symbolic" },
  { "start-provide", N_ ("Start Provide"), "emblem-shared-symbolic" },
  { "provide", N_ ("Provide"), "emblem-shared-symbolic" },
  { "publish", N_ ("Publish"), "emblem-shared-symbolic" },
  { "bootstrap", N_ ("Bootstrap"), "network-workgroup-symbolic" },
  { "refresh", N_ ("Refresh"), "view-refresh-symbolic" },
  { "operation", N_ ("Operation"), "send-to-symbolic" },
};

static const struct
{
  const char *outcome;
  const char *words;
  const char *icon;
} outcomes[] = {
  { "completed", N_ ("Completed"), "emblem-ok-symbolic" },
  { "stopped", N_ ("Found enough"), "emblem-ok-symbolic" },
  { "starved", N_ ("Nobody left to ask"), "action-unavailable-symbolic" },
  { "timed-out", N_ ("Timed out"), "alarm-symbolic" },
  { "cancelled", N_ ("Cancelled"), "process-stop-symbolic" },
  { "failed", N_ ("Failed"), "dialog-error-symbolic" },
};

/* ---- counting ---- */

gint64
kad_gui_contact_get_begin_us (KadGuiContact *contact)
{
  if (contact->dial_us < 0)
    return contact->send_us;
  return contact->send_us < 0 ? contact->dial_us : MIN (contact->dial_us, contact->send_us);
}

gint64
kad_gui_contact_get_end_us (KadGuiContact *contact, gint64 duration_us)
{
  gint64 begin_us = kad_gui_contact_get_begin_us (contact);
  gint64 end_us = duration_us;

  if (begin_us < 0)
    return -1;
  if (contact->outcome == KAD_GUI_OUTCOME_ANSWERED && contact->reply_us >= 0)
    end_us = contact->reply_us;
  else if (contact->outcome == KAD_GUI_OUTCOME_FAILED && contact->fail_us >= 0)
    end_us = contact->fail_us;
  return MAX (begin_us, end_us);
}

/* Somebody begins, or ends, to be waited for. */
typedef struct
{
  gint64 at_us;
  int useful; /* +1, -1: who answers, or still may */
  int dead;   /* +1, -1: who did not */
} Edge;

static int
compare_edges (gconstpointer a, gconstpointer b)
{
  gint64 one = ((const Edge *) a)->at_us;
  gint64 other = ((const Edge *) b)->at_us;

  return (one > other) - (one < other);
}

static void
add_edges (GArray *edges, KadGuiContact *contact, gint64 duration_us)
{
  gboolean dead = contact->outcome == KAD_GUI_OUTCOME_FAILED;
  Edge begin = { kad_gui_contact_get_begin_us (contact), dead ? 0 : 1, dead ? 1 : 0 };
  Edge end = { kad_gui_contact_get_end_us (contact, duration_us), -begin.useful, -begin.dead };

  if (begin.at_us < 0)
    return;
  g_array_append_val (edges, begin);
  g_array_append_val (edges, end);
}

static gint64
sum_idle (GArray *edges)
{
  gint64 idle_us = 0;
  int useful = 0;
  int dead = 0;

  g_array_sort (edges, compare_edges);
  for (guint i = 0; i < edges->len; i++)
    {
      Edge *edge = &g_array_index (edges, Edge, i);

      if (i > 0 && useful == 0 && dead > 0)
        idle_us += edge->at_us - g_array_index (edges, Edge, i - 1).at_us;
      useful += edge->useful;
      dead += edge->dead;
    }
  return idle_us;
}

static void
count_contact (KadGuiQueryTally *tally, KadGuiContact *contact, gint64 duration_us)
{
  gint64 begin_us = kad_gui_contact_get_begin_us (contact);
  gint64 took_us = kad_gui_contact_get_end_us (contact, duration_us) - begin_us;

  if (contact->gave)
    tally->n_gave++;
  /* Also those of whom the asking was not seen, but what came of it. */
  if (begin_us >= 0 || contact->outcome != KAD_GUI_OUTCOME_HEARD)
    tally->n_asked++;
  if (contact->outcome == KAD_GUI_OUTCOME_FAILED)
    tally->n_failed++;
  else if (contact->outcome == KAD_GUI_OUTCOME_DIALING
           || contact->outcome == KAD_GUI_OUTCOME_WAITING)
    tally->n_working++;
  else if (contact->outcome == KAD_GUI_OUTCOME_ANSWERED)
    {
      tally->n_answered++;
      tally->nearest = MAX (tally->nearest, contact->distance_bits);
      if (begin_us >= 0 && took_us > tally->slowest_us)
        {
          tally->slowest_us = took_us;
          tally->slowest = contact->peer;
        }
    }
}

void
kad_gui_query_tally (KadGuiQuery *query, gint64 duration_us, KadGuiQueryTally *tally)
{
  g_autoptr (GArray) edges = g_array_new (FALSE, FALSE, sizeof (Edge));

  *tally = (KadGuiQueryTally){ .slowest_us = -1, .slowest = "" };
  tally->n_contacts = g_list_model_get_n_items (query->contacts);
  for (guint i = 0; i < tally->n_contacts; i++)
    {
      g_autoptr (KadGuiContact) contact = g_list_model_get_item (query->contacts, i);

      count_contact (tally, contact, duration_us);
      add_edges (edges, contact, duration_us);
    }
  tally->idle_us = sum_idle (edges);
}

gint64
kad_gui_query_get_duration_us (KadGuiQuery *query, gint64 now_us)
{
  if (query->state == KAD_GUI_QUERY_RUNNING && query->started_us > 0)
    return MAX (query->duration_us, now_us - query->started_us);
  return MAX (query->duration_us, 0);
}

gboolean
kad_gui_query_is_failed (KadGuiQuery *query)
{
  if (query->state != KAD_GUI_QUERY_FINISHED || g_str_equal (query->outcome, "cancelled"))
    return FALSE;
  return query->error_code[0] != '\0' || g_str_equal (query->outcome, "timed-out")
         || g_str_equal (query->outcome, "failed");
}

gboolean
kad_gui_query_is_lookup (KadGuiQuery *query)
{
  static const char *const lookups[]
      = { "get-providers", "find-providers", "get-record", "closest-peers", "find-peer", NULL };

  return query->n_results > 0 || g_strv_contains (lookups, query->kind);
}

gboolean
kad_gui_query_is_upkeep (KadGuiQuery *query)
{
  return query->run == 0 && !query->own;
}

/* ---- words ---- */

/* An operation is what its command is, if that is known. */
static const char *
get_kind (KadGuiQuery *query)
{
  if (query->command[0] != '\0'
      && (query->kind[0] == '\0' || g_str_equal (query->kind, "operation")))
    return query->command;
  return query->kind;
}

static int
find_kind (KadGuiQuery *query)
{
  const char *kind = get_kind (query);

  for (guint i = 0; i < G_N_ELEMENTS (kinds); i++)
    if (g_str_equal (kinds[i].kind, kind))
      return (int) i;
  return -1;
}

char *
kad_gui_query_dup_kind (KadGuiQuery *query)
{
  int kind = find_kind (query);

  if (kind >= 0)
    return g_strdup (_ (kinds[kind].title));
  return kad_gui_text (get_kind (query));
}

const char *
kad_gui_query_get_kind_icon (KadGuiQuery *query)
{
  int kind = find_kind (query);

  return kind >= 0 ? kinds[kind].icon : "system-run-symbolic";
}

char *
kad_gui_query_dup_outcome (KadGuiQuery *query)
{
  if (query->state == KAD_GUI_QUERY_PREPARED)
    return g_strdup (_ ("Prepared"));
  if (query->state == KAD_GUI_QUERY_RUNNING)
    return g_strdup (_ ("Running"));
  for (guint i = 0; i < G_N_ELEMENTS (outcomes); i++)
    if (g_str_equal (outcomes[i].outcome, query->outcome))
      return g_strdup (_ (outcomes[i].words));
  if (query->error_code[0] != '\0')
    return g_strdup (_ ("Failed"));
  return query->outcome[0] != '\0' ? kad_gui_text (query->outcome) : g_strdup (_ ("Finished"));
}

const char *
kad_gui_query_get_outcome_icon (KadGuiQuery *query)
{
  if (query->state == KAD_GUI_QUERY_PREPARED)
    return "media-playback-pause-symbolic";
  if (query->state == KAD_GUI_QUERY_RUNNING)
    return "content-loading-symbolic";
  for (guint i = 0; i < G_N_ELEMENTS (outcomes); i++)
    if (g_str_equal (outcomes[i].outcome, query->outcome))
      return outcomes[i].icon;
  return query->error_code[0] != '\0' ? "dialog-error-symbolic" : "emblem-ok-symbolic";
}

char *
kad_gui_query_dup_counts (KadGuiQuery *query)
{
  GString *text = g_string_new (NULL);

  g_string_append_printf (text, _ ("%u asked"), query->queried);
  if (query->waiting > 0)
    g_string_append_printf (text, _ (", %u waiting"), query->waiting);
  if (query->unreachable > 0)
    g_string_append_printf (text, _ (", %u unreachable"), query->unreachable);
  return g_string_free (text, FALSE);
}

static void
append_reasons (GString *story, const KadGuiQueryTally *tally, gboolean is_running)
{
  g_autofree char *slowest = kad_gui_text_duration (tally->slowest_us);
  g_autofree char *idle = kad_gui_text_duration (tally->idle_us);
  const char *separator = _ (": ");

  if (is_running && tally->n_working > 0)
    {
      g_string_append (story, separator);
      g_string_append_printf (
          story, ngettext ("%u peer is waited for", "%u peers are waited for", tally->n_working),
          tally->n_working);
      separator = _ (", ");
    }
  if (tally->n_failed > 0)
    {
      g_string_append (story, separator);
      g_string_append_printf (
          story, ngettext ("%u peer did not answer", "%u peers did not answer", tally->n_failed),
          tally->n_failed);
      separator = _ (", ");
      /* Less than that is nothing to tell. */
      if (tally->idle_us >= 50 * 1000)
        /* Translators: %s is a span of time, like "2.9 s". */
        g_string_append_printf (story, _ (" (for %s nobody else was waited for)"), idle);
    }
  if (tally->n_answered > 0)
    {
      g_string_append (story, separator);
      /* Translators: %s is a span of time, like "2.9 s". */
      g_string_append_printf (story, _ ("the slowest answered after %s"), slowest);
      separator = _ (", ");
    }
  if (!is_running && tally->n_working > 0)
    {
      g_string_append (story, separator);
      g_string_append_printf (story,
                              ngettext ("%u was still waited for at its end",
                                        "%u were still waited for at its end", tally->n_working),
                              tally->n_working);
    }
  if (tally->n_asked > 0)
    g_string_append_printf (story, _ ("; %u of %u asked answered"), tally->n_answered,
                            tally->n_asked);
}

char *
kad_gui_query_dup_story (KadGuiQuery *query, gint64 now_us)
{
  gint64 duration_us = kad_gui_query_get_duration_us (query, now_us);
  g_autofree char *duration = kad_gui_text_duration (duration_us);
  GString *story = g_string_new (NULL);
  KadGuiQueryTally tally;

  if (query->state == KAD_GUI_QUERY_PREPARED)
    return g_string_free (g_string_append (story, _ ("It has not begun.")), FALSE);
  kad_gui_query_tally (query, duration_us, &tally);
  if (query->state == KAD_GUI_QUERY_RUNNING)
    /* Translators: %s is a span of time, like "2.9 s". */
    g_string_append_printf (story, _ ("At work for %s"), duration);
  else
    /* Translators: %s is a span of time, like "2.9 s". */
    g_string_append_printf (story, _ ("Took %s"), duration);
  append_reasons (story, &tally, query->state == KAD_GUI_QUERY_RUNNING);
  if (query->state == KAD_GUI_QUERY_FINISHED && tally.n_contacts == 0 && query->queried > 0)
    g_string_append (story, _ (". It ended before anybody looked: whom it asked is not known"));
  return g_string_free (story, FALSE);
}

/* Who gave something, first those that results name. (transfer full) */
static GPtrArray *
list_holders (KadGuiQuery *query)
{
  gboolean by_source = g_str_equal (query->kind, "get-record");
  GPtrArray *holders = g_ptr_array_new_with_free_func (g_free);
  guint n = g_list_model_get_n_items (query->results);

  for (guint i = 0; i < n; i++)
    {
      g_autoptr (KadGuiResult) result = g_list_model_get_item (query->results, i);
      const char *peer = by_source ? result->from : result->peer;

      if (peer[0] != '\0' && !g_ptr_array_find_with_equal_func (holders, peer, g_str_equal, NULL)
          && holders->len < KAD_KEY_BITS)
        g_ptr_array_add (holders, g_strdup (peer));
    }
  n = by_source ? g_list_model_get_n_items (query->contacts) : 0;
  for (guint i = 0; i < n; i++)
    {
      g_autoptr (KadGuiContact) contact = g_list_model_get_item (query->contacts, i);

      if (contact->gave && holders->len < KAD_KEY_BITS
          && !g_ptr_array_find_with_equal_func (holders, contact->peer, g_str_equal, NULL))
        g_ptr_array_add (holders, g_strdup (contact->peer));
    }
  return holders;
}

static void
append_names (GString *text, GPtrArray *peers)
{
  guint n = MIN (peers->len, MAX_NAMED);

  for (guint i = 0; i < n; i++)
    {
      g_autofree char *name = kad_gui_text_short (peers->pdata[i]);

      g_string_append (text, i == 0 ? _ (": ") : _ (", "));
      g_string_append (text, name);
    }
  if (peers->len > n)
    g_string_append_printf (text, _ (" and %u more"), peers->len - n);
}

char *
kad_gui_query_dup_findings (KadGuiQuery *query)
{
  g_autoptr (GPtrArray) holders = list_holders (query);
  GString *text = g_string_new (NULL);
  gboolean is_held
      = g_str_equal (query->kind, "get-record") || g_str_equal (query->kind, "get-providers");

  if (holders->len == 0 && !kad_gui_query_is_lookup (query))
    return g_string_free (text, FALSE);
  if (holders->len == 0 && query->n_results == 0)
    g_string_append (text, query->state == KAD_GUI_QUERY_FINISHED ? _ ("Nothing was found")
                                                                  : _ ("Nothing found yet"));
  else if (holders->len == 0)
    g_string_append_printf (text, ngettext ("%u result", "%u results", query->n_results),
                            query->n_results);
  else if (is_held)
    g_string_append_printf (text, ngettext ("%u peer holds it", "%u peers hold it", holders->len),
                            holders->len);
  else
    g_string_append_printf (
        text, ngettext ("%u peer was found", "%u peers were found", holders->len), holders->len);
  append_names (text, holders);
  return g_string_free (text, FALSE);
}

/* ---- one contact ---- */

char *
kad_gui_contact_dup_outcome (KadGuiContact *contact)
{
  g_autofree char *reason = NULL;

  switch ((KadGuiOutcome) contact->outcome)
    {
    case KAD_GUI_OUTCOME_HEARD:
      return g_strdup (_ ("Not asked"));
    case KAD_GUI_OUTCOME_DIALING:
      return g_strdup (_ ("Being dialled"));
    case KAD_GUI_OUTCOME_WAITING:
      return g_strdup (_ ("Waited for"));
    case KAD_GUI_OUTCOME_ANSWERED:
      return g_strdup (contact->gave ? _ ("Answered, and gave something") : _ ("Answered"));
    case KAD_GUI_OUTCOME_FAILED:
      break;
    }
  reason = kad_gui_text (contact->reason);
  if (reason[0] == '\0')
    return g_strdup (_ ("Did not answer"));
  return g_strdup_printf (_ ("Did not answer: %s"), reason);
}

static void
append_span (GString *text, const char *format, gint64 from_us, gint64 to_us)
{
  g_autofree char *span = kad_gui_text_duration (to_us - from_us);

  if (from_us < 0 || to_us < from_us)
    return;
  g_string_append_c (text, '\n');
  g_string_append (text, format);
  g_string_append (text, span);
}

char *
kad_gui_contact_dup_details (KadGuiContact *contact, gint64 duration_us)
{
  GString *text = g_string_new (NULL);
  g_autofree char *peer = kad_gui_text (contact->peer);
  g_autofree char *outcome = kad_gui_contact_dup_outcome (contact);
  g_autofree char *by = kad_gui_text_short (contact->named_by);
  g_autofree char *heard = kad_gui_text_duration (contact->heard_us);
  gint64 end_us = kad_gui_contact_get_end_us (contact, duration_us);

  g_string_append_printf (text, "%s\n%s", peer, outcome);
  if (contact->named_by[0] != '\0')
    g_string_append_printf (text, _ ("\nNamed by %s after %s"), by, heard);
  else
    g_string_append (text, _ ("\nIt was in our table"));
  g_string_append_printf (text,
                          ngettext ("\n%u bit in common with the target",
                                    "\n%u bits in common with the target", contact->distance_bits),
                          contact->distance_bits);
  append_span (text, _ ("Begun after "), 0, kad_gui_contact_get_begin_us (contact));
  append_span (text, _ ("Dialled for "), contact->dial_us,
               contact->send_us >= 0 ? contact->send_us : end_us);
  append_span (text, _ ("Waited for "), contact->send_us, end_us);
  if (contact->n_named > 0)
    g_string_append_printf (
        text, ngettext ("\nIt named %u new peer", "\nIt named %u new peers", contact->n_named),
        contact->n_named);
  return g_string_free (text, FALSE);
}

/* ---- as text ---- */

/* Items have objects, results their own JSON. */
static void
append_list (GString *json, const char *name, GListModel *list)
{
  guint n = g_list_model_get_n_items (list);

  g_string_append_printf (json, ",\"%s\":[", name);
  for (guint i = 0; i < n; i++)
    {
      g_autoptr (GObject) item = g_list_model_get_item (list, i);
      g_autofree char *text = kad_gui_item_dup_json (item);

      if (i > 0)
        g_string_append_c (json, ',');
      g_string_append (json, text);
    }
  g_string_append_c (json, ']');
}

char *
kad_gui_query_dup_json (KadGuiQuery *query)
{
  g_autofree char *own = kad_gui_item_dup_json (query);
  GString *json = g_string_new (own);

  g_assert (json->len > 2 && json->str[json->len - 1] == '}');
  g_string_truncate (json, json->len - 1);
  append_list (json, "contacts", query->contacts);
  append_list (json, "steps", query->steps);
  append_list (json, "results", query->results);
  g_string_append_c (json, '}');
  return g_string_free (json, FALSE);
}
