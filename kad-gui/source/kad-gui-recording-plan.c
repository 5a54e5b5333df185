/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Plays a recording with numbers only: which rows of the list of queries come and go, as
 * kad_gui_store_add_query() and KadGuiQueryRow have it, and how figures change, as KadGuiLines adds
 * them up. What would be shown at the end then tells which lines are needed.
 */
#include "kad-gui-recording-plan.h"

#define POINT_US ((gint64) G_USEC_PER_SEC)

enum
{
  IN_TABLE = 1,
  CONNECTED = 2,
};

/* Of a query of the engine. */
typedef struct
{
  guint32 life; /* of its row, when it was seen */
  gboolean is_running;
} Part;

typedef struct
{
  guint32 life; /* how often it came into the list */
  guint32 start;
  guint32 n_running;
  gboolean is_listed;
} Row;

typedef struct
{
  const KadGuiRecordingIndex *index;
  KadGuiRecordingPlan *plan;
  guint8 *peers;
  guint32 *contacts; /* of peers: the line of the last one, + 1 */
  guint32 *replies;
  Part *parts;
  Row *rows;
  GArray *list; /* of guint32: rows, as they are shown */
  guint n_connected;
  guint n_table;
  guint n_running; /* rows */
  gint64 point_us;
} Player;

void
kad_gui_recording_plan_free (KadGuiRecordingPlan *self)
{
  g_array_unref (self->picks);
  g_array_unref (self->figures);
  g_free (self);
}

/* ---- rows ---- */

static void
drop_one (Player *player, gboolean also_running)
{
  for (guint i = 0; i < player->list->len; i++)
    {
      Row *row = &player->rows[g_array_index (player->list, guint32, i)];

      if (row->n_running > 0 && !also_running)
        continue;
      player->n_running -= row->n_running > 0 ? 1 : 0;
      row->is_listed = FALSE;
      g_array_remove_index (player->list, i);
      return;
    }
}

static void
play_query (Player *player, guint32 number, const KadGuiIndexLine *line)
{
  guint32 row_number = g_array_index (player->index->parts, KadGuiIndexPart, line->part - 1).row;
  Part *part = &player->parts[line->part - 1];
  Row *row = &player->rows[row_number];
  gboolean is_new = !row->is_listed;
  gboolean was_running = !is_new && row->n_running > 0;

  if (is_new)
    {
      row->life++;
      row->start = number;
      row->n_running = 0;
    }
  if (part->life != row->life)
    {
      part->life = row->life;
      part->is_running = TRUE;
      row->n_running++;
    }
  if ((line->kind == KAD_GUI_LINE_FINISHED || line->kind == KAD_GUI_LINE_OPERATION)
      && part->is_running)
    {
      part->is_running = FALSE;
      row->n_running--;
    }
  if (is_new)
    {
      if (player->list->len >= KAD_GUI_MAX_QUERIES)
        drop_one (player, player->list->len >= 2 * KAD_GUI_MAX_QUERIES);
      row->is_listed = TRUE;
      g_array_append_val (player->list, row_number);
    }
  player->n_running += (row->n_running > 0 ? 1u : 0u) - (was_running ? 1u : 0u);
}

/* ---- figures ---- */

static void
play_peer (Player *player, const KadGuiIndexLine *line)
{
  guint8 *flags = line->peer > 0 ? &player->peers[line->peer - 1] : NULL;
  guint8 bit = line->kind == KAD_GUI_LINE_ADDED || line->kind == KAD_GUI_LINE_REMOVED ? IN_TABLE
                                                                                      : CONNECTED;
  guint *count = bit == IN_TABLE ? &player->n_table : &player->n_connected;
  gboolean is = line->kind == KAD_GUI_LINE_ADDED || line->kind == KAD_GUI_LINE_CONNECTED;

  if (flags == NULL || line->kind == KAD_GUI_LINE_IDENTIFIED || ((*flags & bit) != 0) == is)
    return;
  *flags ^= bit;
  *count += is ? 1 : -1;
}

static void
add_figures (Player *player, gint64 t_us)
{
  const KadGuiFigures figures = { t_us, player->n_connected, player->n_table, player->n_running };

  if (!player->plan->figures_changed
      || (player->point_us != 0 && t_us - player->point_us < POINT_US))
    return;
  g_array_append_val (player->plan->figures, figures);
  player->point_us = t_us;
  player->plan->figures_changed = FALSE;
}

static void
play_line (Player *player, guint32 number)
{
  const KadGuiIndexLine *line = kad_gui_recording_index_get (player->index, number);
  gboolean is_contact = line->kind == KAD_GUI_LINE_CONTACT || line->kind == KAD_GUI_LINE_REPLY;

  if (line->kind == KAD_GUI_LINE_DELIVERY || line->kind == KAD_GUI_LINE_LOST)
    return;
  if (line->part > 0)
    play_query (player, number, line);
  if (is_contact && line->peer > 0)
    player->contacts[line->peer - 1] = number + 1;
  if (line->kind == KAD_GUI_LINE_REPLY && line->peer > 0)
    player->replies[line->peer - 1] = number + 1;
  if (line->kind >= KAD_GUI_LINE_CONNECTED)
    play_peer (player, line);
  if (line->kind >= KAD_GUI_LINE_CONNECTED
      || (line->kind >= KAD_GUI_LINE_STARTED && line->part > 0))
    player->plan->figures_changed = TRUE;
  add_figures (player, line->t_us);
}

/* ---- what is needed ---- */

static gboolean
is_event (const KadGuiIndexLine *line)
{
  return line->kind < KAD_GUI_LINE_DELIVERY || line->kind > KAD_GUI_LINE_REPLY;
}

static gboolean
is_step (const KadGuiIndexLine *line)
{
  return line->kind >= KAD_GUI_LINE_STEP && line->kind <= KAD_GUI_LINE_REPLY;
}

static guint32
count_events (const KadGuiRecordingIndex *index, guint n_lines)
{
  guint32 n = 0;

  for (guint i = 0; i < n_lines; i++)
    n += is_event (kad_gui_recording_index_get (index, i)) ? 1 : 0;
  return n;
}

static guint32
find_flags (Player *player, guint32 number, const KadGuiIndexLine *line)
{
  guint32 flags = 0;

  if (line->part > 0)
    {
      const Row *row
          = &player
                 ->rows[g_array_index (player->index->parts, KadGuiIndexPart, line->part - 1).row];

      if (row->is_listed && number >= row->start)
        flags |= KAD_GUI_LINES_QUERIES;
    }
  if (line->kind == KAD_GUI_LINE_EVENT || line->kind == KAD_GUI_LINE_BOOTSTRAP
      || line->kind >= KAD_GUI_LINE_CONNECTED)
    flags |= KAD_GUI_LINES_ALL;
  if (is_step (line) && line->peer > 0
      && (player->contacts[line->peer - 1] == number + 1
          || player->replies[line->peer - 1] == number + 1))
    flags |= KAD_GUI_LINES_ALL;
  return flags;
}

static void
pick (Player *player, guint n_lines)
{
  guint32 n_events = count_events (player->index, n_lines);
  guint32 first = n_events > KAD_GUI_MAX_EVENTS ? n_events - KAD_GUI_MAX_EVENTS : 0;
  guint32 n_seen = 0;
  guint32 before = 0; /* what a delivery is needed for */

  player->plan->next_event = (gint64) first + 1;
  for (guint32 i = 0; i < n_lines; i++)
    {
      const KadGuiIndexLine *line = kad_gui_recording_index_get (player->index, i);
      KadGuiPick picked = { i, before };

      if (line->kind != KAD_GUI_LINE_DELIVERY)
        {
          picked.flags = find_flags (player, i, line);
          if (is_event (line) && n_seen++ >= first)
            picked.flags |= KAD_GUI_LINES_EVENTS;
          before = picked.flags & (KAD_GUI_LINES_EVENTS | KAD_GUI_LINES_QUERIES);
          if (is_step (line))
            before = 0;
        }
      else
        before = 0;
      if (picked.flags != 0)
        g_array_append_val (player->plan->picks, picked);
    }
}

KadGuiRecordingPlan *
kad_gui_recording_plan_new (const KadGuiRecordingIndex *index, guint n_lines)
{
  KadGuiRecordingPlan *self = g_new0 (KadGuiRecordingPlan, 1);
  g_autofree guint8 *peers = g_new0 (guint8, index->n_peers + 1);
  g_autofree guint32 *contacts = g_new0 (guint32, index->n_peers + 1);
  g_autofree guint32 *replies = g_new0 (guint32, index->n_peers + 1);
  g_autofree Part *parts = g_new0 (Part, index->parts->len + 1);
  g_autofree Row *rows = g_new0 (Row, index->n_rows + 1);
  g_autoptr (GArray) list = g_array_new (FALSE, FALSE, sizeof (guint32));
  Player player = { index, self, peers, contacts, replies, parts, rows, list, 0, 0, 0, 0 };

  self->picks = g_array_new (FALSE, FALSE, sizeof (KadGuiPick));
  self->figures = g_array_new (FALSE, FALSE, sizeof (KadGuiFigures));
  for (guint32 i = 0; i < n_lines; i++)
    play_line (&player, i);
  pick (&player, n_lines);
  return self;
}
