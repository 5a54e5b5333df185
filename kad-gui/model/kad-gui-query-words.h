/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "kad-gui-contact.h"
#include "kad-gui-query.h"

G_BEGIN_DECLS

/**
 * KadGuiQueryTally:
 *
 * What a query came to, counted from its contacts. Peers are borrowed from them.
 */
typedef struct
{
  guint n_contacts;
  guint n_asked; /* dialled, or sent a request */
  guint n_answered;
  guint n_failed;
  guint n_working;   /* being dialled, or waited for */
  guint n_gave;      /* who gave a provider or a value */
  guint nearest;     /* most leading bits in common with the target of one who answered */
  gint64 slowest_us; /* from the first dial or request to the answer; -1: nobody answered */
  const char *slowest;
  gint64 idle_us; /* while nobody was waited for but peers that did not answer */
} KadGuiQueryTally;

/* @duration_us: of the query, so far or all of it: where what is not over ends. */
void kad_gui_query_tally (KadGuiQuery *query, gint64 duration_us, KadGuiQueryTally *tally);

/* So far, or all of it. */
gint64 kad_gui_query_get_duration_us (KadGuiQuery *query, gint64 now_us);
/* It timed out, failed or ended with an error; who cancels it has not failed. */
gboolean kad_gui_query_is_failed (KadGuiQuery *query);
/* It is there to find something, or has. */
gboolean kad_gui_query_is_lookup (KadGuiQuery *query);
/* Nobody asked for it: the node keeps its table in order. */
gboolean kad_gui_query_is_upkeep (KadGuiQuery *query);

/* ---- for people; all give new strings but the names of icons ---- */

/* "Get Providers"; a kind that is not known is shown as it is. */
char *kad_gui_query_dup_kind (KadGuiQuery *query);
const char *kad_gui_query_get_kind_icon (KadGuiQuery *query);
/* "Completed", "Timed out" .. */
char *kad_gui_query_dup_outcome (KadGuiQuery *query);
const char *kad_gui_query_get_outcome_icon (KadGuiQuery *query);
/* "20 asked, 3 waiting, 2 unreachable" */
char *kad_gui_query_dup_counts (KadGuiQuery *query);
/* Why it took as long as it did: "Took 4.1 s: 3 peers did not answer ..". */
char *kad_gui_query_dup_story (KadGuiQuery *query, gint64 now_us);
/* What it found, and with whom: "3 peers hold it: 12D3Ko…, .."; "" if it is no lookup. */
char *kad_gui_query_dup_findings (KadGuiQuery *query);
/* Query, contacts, steps and results as one JSON object; bounded as they are. */
char *kad_gui_query_dup_json (KadGuiQuery *query);

char *kad_gui_contact_dup_outcome (KadGuiContact *contact);
/* When something began with it: the first dial, else the request; -1: nothing did. */
gint64 kad_gui_contact_get_begin_us (KadGuiContact *contact);
/* When it answered or failed; @duration_us if neither happened. -1: nothing began. */
gint64 kad_gui_contact_get_end_us (KadGuiContact *contact, gint64 duration_us);
/* All of it on some lines, for a tooltip. */
char *kad_gui_contact_dup_details (KadGuiContact *contact, gint64 duration_us);

G_END_DECLS
