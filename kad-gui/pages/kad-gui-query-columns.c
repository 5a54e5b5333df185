/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "kad-gui-query-columns.h"

#include "kad-gui-i18n.h"
#include "kad-gui-query-words.h"
#include "kad-gui-result.h"
#include "kad-gui-step.h"
#include "kad-gui-text.h"

/* "–" where there is nothing. */
static char *
dup_time (gint64 at_us)
{
  return kad_gui_text_duration (at_us);
}

static char *
dup_number (guint number)
{
  return g_strdup_printf ("%u", number);
}

/* ---- contacts ---- */

static char *
contact_peer (gpointer row)
{
  return kad_gui_text (KAD_GUI_CONTACT (row)->peer);
}

static char *
contact_named_by (gpointer row)
{
  const char *by = KAD_GUI_CONTACT (row)->named_by;

  return by[0] != '\0' ? kad_gui_text_short (by) : g_strdup (_ ("our table"));
}

static char *
contact_outcome (gpointer row)
{
  return kad_gui_contact_dup_outcome (row);
}

static gint64
contact_bits_number (gpointer row)
{
  return KAD_GUI_CONTACT (row)->distance_bits;
}

static char *
contact_bits (gpointer row)
{
  return dup_number (KAD_GUI_CONTACT (row)->distance_bits);
}

static gint64
contact_begin_number (gpointer row)
{
  return kad_gui_contact_get_begin_us (row);
}

static char *
contact_begin (gpointer row)
{
  return dup_time (contact_begin_number (row));
}

static gint64
contact_dial_number (gpointer row)
{
  KadGuiContact *contact = row;

  if (contact->dial_us < 0)
    return -1;
  if (contact->send_us >= contact->dial_us)
    return contact->send_us - contact->dial_us;
  return contact->fail_us >= contact->dial_us ? contact->fail_us - contact->dial_us : -1;
}

static char *
contact_dial (gpointer row)
{
  return dup_time (contact_dial_number (row));
}

static gint64
contact_wait_number (gpointer row)
{
  KadGuiContact *contact = row;
  gint64 end_us = contact->reply_us >= 0 ? contact->reply_us : contact->fail_us;

  return contact->send_us >= 0 && end_us >= contact->send_us ? end_us - contact->send_us : -1;
}

static char *
contact_wait (gpointer row)
{
  return dup_time (contact_wait_number (row));
}

static gint64
contact_named_number (gpointer row)
{
  return KAD_GUI_CONTACT (row)->n_named;
}

static char *
contact_named (gpointer row)
{
  return dup_number (KAD_GUI_CONTACT (row)->n_named);
}

static const KadGuiQueryColumn contact_columns[] = {
  { N_ ("Peer"), contact_peer, NULL, FALSE, TRUE, TRUE },
  { N_ ("Outcome"), contact_outcome, NULL, FALSE, TRUE },
  { N_ ("Begun"), contact_begin, contact_begin_number, TRUE, FALSE },
  { N_ ("Dial"), contact_dial, contact_dial_number, TRUE, FALSE },
  { N_ ("Wait"), contact_wait, contact_wait_number, TRUE, FALSE },
  { N_ ("Bits"), contact_bits, contact_bits_number, TRUE, FALSE },
  { N_ ("Named"), contact_named, contact_named_number, TRUE, FALSE },
  { N_ ("Named by"), contact_named_by, NULL, FALSE, FALSE },
  { NULL },
};

/* ---- steps ---- */

static const struct
{
  const char *step;
  const char *title;
} step_titles[] = {
  { "dial", N_ ("Dial") },      { "send", N_ ("Send") },      { "reply", N_ ("Answer") },
  { "fail", N_ ("No answer") }, { "heard", N_ ("Heard of") }, { "provider", N_ ("Provider") },
  { "value", N_ ("Value") },    { "path-ended", N_ ("End") },
};

static gint64
step_at_number (gpointer row)
{
  return KAD_GUI_STEP (row)->at_us;
}

static char *
step_at (gpointer row)
{
  return dup_time (KAD_GUI_STEP (row)->at_us);
}

static char *
step_step (gpointer row)
{
  const char *step = KAD_GUI_STEP (row)->step;

  for (guint i = 0; i < G_N_ELEMENTS (step_titles); i++)
    if (g_str_equal (step_titles[i].step, step))
      return g_strdup (_ (step_titles[i].title));
  return kad_gui_text (step);
}

static char *
step_peer (gpointer row)
{
  return kad_gui_text (KAD_GUI_STEP (row)->peer);
}

static char *
step_from (gpointer row)
{
  return kad_gui_text_short (KAD_GUI_STEP (row)->from);
}

static char *
step_reason (gpointer row)
{
  KadGuiStep *step = row;

  if (step->reason[0] == '\0' && step->rtt_us > 0)
    return kad_gui_text_duration (step->rtt_us);
  return kad_gui_text (step->reason);
}

static gint64
step_bits_number (gpointer row)
{
  return KAD_GUI_STEP (row)->distance_bits;
}

static char *
step_bits (gpointer row)
{
  KadGuiStep *step = row;

  return step->peer[0] != '\0' ? dup_number (step->distance_bits) : g_strdup ("");
}

static const KadGuiQueryColumn step_columns[] = {
  { N_ ("Time"), step_at, step_at_number, TRUE, FALSE },
  { N_ ("Step"), step_step, NULL, FALSE, FALSE },
  { N_ ("Peer"), step_peer, NULL, FALSE, TRUE, TRUE },
  { N_ ("Bits"), step_bits, step_bits_number, TRUE, FALSE },
  { N_ ("From"), step_from, NULL, FALSE, FALSE },
  { N_ ("Reason or Round Trip"), step_reason, NULL, FALSE, TRUE },
  { NULL },
};

/* ---- results ---- */

static gint64
result_number_number (gpointer row)
{
  return KAD_GUI_RESULT (row)->number;
}

static char *
result_number (gpointer row)
{
  return dup_number (KAD_GUI_RESULT (row)->number + 1);
}

static char *
result_what (gpointer row)
{
  KadGuiResult *result = row;

  if (result->peer[0] != '\0')
    return kad_gui_text (result->peer);
  return kad_gui_text (result->value[0] != '\0' ? result->value : result->text);
}

static char *
result_addresses (gpointer row)
{
  KadGuiResult *result = row;
  g_autofree char *all = g_strjoinv (" ", result->addresses);

  return kad_gui_text (all);
}

static char *
result_from (gpointer row)
{
  return kad_gui_text_short (KAD_GUI_RESULT (row)->from);
}

static const KadGuiQueryColumn result_columns[] = {
  { N_ ("No."), result_number, result_number_number, TRUE, FALSE },
  { N_ ("Found"), result_what, NULL, FALSE, TRUE, TRUE },
  { N_ ("Addresses"), result_addresses, NULL, FALSE, TRUE },
  { N_ ("From"), result_from, NULL, FALSE, FALSE },
  { NULL },
};

const KadGuiQueryColumn *
kad_gui_query_columns_get (KadGuiQueryTableKind kind)
{
  static const KadGuiQueryColumn *const columns[] = {
    [KAD_GUI_QUERY_CONTACTS] = contact_columns,
    [KAD_GUI_QUERY_STEPS] = step_columns,
    [KAD_GUI_QUERY_RESULTS] = result_columns,
  };

  return columns[kind];
}

const char *
kad_gui_query_columns_get_peer (KadGuiQueryTableKind kind, gpointer row)
{
  KadGuiResult *result;

  if (kind == KAD_GUI_QUERY_CONTACTS)
    return KAD_GUI_CONTACT (row)->peer;
  if (kind == KAD_GUI_QUERY_STEPS)
    return KAD_GUI_STEP (row)->peer;
  result = row;
  return result->peer[0] != '\0' ? result->peer : result->from;
}
