/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "kad-gui-query-filler.h"

#include "kad-gui-contact.h"
#include "kad-gui-step.h"
#include "kad-peer-id.h"

/* Those among the nearest that answered count as what was looked for. */
#define NEAREST 20

/* A query of the engine. */
typedef struct
{
  gint64 query;
  gint64 started_us;
  gboolean is_running;
  guint heard;
  guint waiting;
  guint queried;
  guint unreachable;
  guint requests;
  guint successes;
  guint failures;
} Part;

typedef struct
{
  KadGuiContact *item;
  KadKey key;
  gboolean has_key;
} Contact;

struct _KadGuiQueryFiller
{
  KadGuiQuery *query;
  GHashTable *contacts;    /* the item's own text of the peer -> Contact */
  GPtrArray *new_contacts; /* not yet in the list */
  GPtrArray *new_steps;
  GArray *parts;
  gboolean want_contributing;
};

static void
contact_free (gpointer data)
{
  Contact *contact = data;

  g_object_unref (contact->item);
  g_free (contact);
}

/* ---- contacts ---- */

static Contact *
remember (KadGuiQueryFiller *self, KadGuiContact *item)
{
  Contact *contact = g_new0 (Contact, 1);
  KadPeerId id;

  contact->item = g_object_ref (item);
  contact->has_key = kad_peer_id_parse (&id, item->peer, NULL);
  if (contact->has_key)
    kad_key_init_from_peer (&contact->key, &id);
  g_hash_table_insert (self->contacts, item->peer, contact);
  return contact;
}

static KadGuiContact *
find_contact (KadGuiQueryFiller *self, const char *peer)
{
  Contact *contact = *peer != '\0' ? g_hash_table_lookup (self->contacts, peer) : NULL;

  return contact != NULL ? contact->item : NULL;
}

/* NULL: it is nobody, or there are too many. */
static KadGuiContact *
ensure_contact (KadGuiQueryFiller *self, const KadGuiLine *line, gint64 at_us)
{
  KadGuiContact *item = find_contact (self, line->peer);
  g_autoptr (KadGuiContact) made = NULL;
  KadGuiContact *namer;

  if (item != NULL || *line->peer == '\0'
      || g_hash_table_size (self->contacts) >= KAD_GUI_MAX_CONTACTS)
    return item;
  made = kad_gui_contact_new ();
  kad_gui_item_set_string (made, KAD_GUI_CONTACT_FIELD_PEER, line->peer);
  kad_gui_item_set_uint (made, KAD_GUI_CONTACT_FIELD_DISTANCE_BITS,
                         kad_gui_line_to_count (line->distance_bits));
  kad_gui_item_set_int64 (made, KAD_GUI_CONTACT_FIELD_HEARD_US, at_us);
  kad_gui_item_set_int64 (made, KAD_GUI_CONTACT_FIELD_DIAL_US, -1);
  kad_gui_item_set_int64 (made, KAD_GUI_CONTACT_FIELD_SEND_US, -1);
  kad_gui_item_set_int64 (made, KAD_GUI_CONTACT_FIELD_REPLY_US, -1);
  kad_gui_item_set_int64 (made, KAD_GUI_CONTACT_FIELD_FAIL_US, -1);
  namer = find_contact (self, line->from);
  if (namer != NULL && g_str_equal (line->step, "heard"))
    {
      kad_gui_item_set_string (made, KAD_GUI_CONTACT_FIELD_NAMED_BY, line->from);
      kad_gui_item_set_uint (namer, KAD_GUI_CONTACT_FIELD_N_NAMED, namer->n_named + 1);
    }
  remember (self, made);
  item = made;
  g_ptr_array_add (self->new_contacts, g_steal_pointer (&made));
  return item;
}

static void
set_first (KadGuiContact *item, guint field, gint64 *place, gint64 at_us)
{
  if (*place < 0)
    kad_gui_item_set_int64 (item, field, at_us);
}

static void
give (KadGuiQueryFiller *self, const char *peer)
{
  KadGuiContact *item = find_contact (self, peer);

  if (item != NULL && kad_gui_item_set_boolean (item, KAD_GUI_CONTACT_FIELD_GAVE, TRUE))
    self->want_contributing = TRUE;
}

static void
take_contact (KadGuiQueryFiller *self, const KadGuiLine *line, gint64 at_us)
{
  KadGuiContact *item;

  if (g_str_equal (line->step, "provider"))
    {
      give (self, line->from);
      return;
    }
  item = ensure_contact (self, line, at_us);
  if (item == NULL)
    return;
  if (g_str_equal (line->step, "dial"))
    {
      set_first (item, KAD_GUI_CONTACT_FIELD_DIAL_US, &item->dial_us, at_us);
      kad_gui_item_set_uint (item, KAD_GUI_CONTACT_FIELD_OUTCOME, KAD_GUI_OUTCOME_DIALING);
    }
  else if (g_str_equal (line->step, "send"))
    {
      set_first (item, KAD_GUI_CONTACT_FIELD_SEND_US, &item->send_us, at_us);
      kad_gui_item_set_uint (item, KAD_GUI_CONTACT_FIELD_OUTCOME, KAD_GUI_OUTCOME_WAITING);
    }
  else if (g_str_equal (line->step, "reply"))
    {
      set_first (item, KAD_GUI_CONTACT_FIELD_REPLY_US, &item->reply_us, at_us);
      if (item->rtt_us == 0)
        kad_gui_item_set_int64 (item, KAD_GUI_CONTACT_FIELD_RTT_US, line->rtt_us);
      kad_gui_item_set_uint (item, KAD_GUI_CONTACT_FIELD_OUTCOME, KAD_GUI_OUTCOME_ANSWERED);
    }
  else if (g_str_equal (line->step, "fail"))
    {
      g_autofree char *reason = kad_gui_line_cut (line->reason, KAD_GUI_MAX_REASON);

      kad_gui_item_set_int64 (item, KAD_GUI_CONTACT_FIELD_FAIL_US, at_us);
      kad_gui_item_set_string (item, KAD_GUI_CONTACT_FIELD_REASON, reason);
      kad_gui_item_set_uint (item, KAD_GUI_CONTACT_FIELD_OUTCOME, KAD_GUI_OUTCOME_FAILED);
    }
  else if (g_str_equal (line->step, "value"))
    give (self, line->peer);
}

/* ---- who contributed ---- */

static int
compare_distance (gconstpointer a, gconstpointer b, gpointer target)
{
  return kad_key_compare_distance (target, &(*(Contact **) a)->key, &(*(Contact **) b)->key);
}

/* @contact and who named it, and who named that one; a circle cannot be: each was named before. */
static void
mark (KadGuiQueryFiller *self, GHashTable *marked, Contact *contact)
{
  while (contact != NULL && g_hash_table_add (marked, contact))
    contact = g_hash_table_lookup (self->contacts, contact->item->named_by);
}

static void
compute_contributing (KadGuiQueryFiller *self)
{
  g_autoptr (GHashTable) marked = g_hash_table_new (NULL, NULL);
  g_autoptr (GPtrArray) answered = g_ptr_array_new ();
  GHashTableIter iter;
  gpointer value;

  g_hash_table_iter_init (&iter, self->contacts);
  while (g_hash_table_iter_next (&iter, NULL, &value))
    {
      Contact *contact = value;

      if (contact->item->gave)
        mark (self, marked, contact);
      if (contact->has_key && contact->item->outcome == KAD_GUI_OUTCOME_ANSWERED)
        g_ptr_array_add (answered, contact);
    }
  if (self->query->has_target)
    {
      g_ptr_array_sort_with_data (answered, compare_distance, &self->query->target);
      for (guint i = 0; i < MIN (answered->len, NEAREST); i++)
        mark (self, marked, answered->pdata[i]);
    }
  g_hash_table_iter_init (&iter, self->contacts);
  while (g_hash_table_iter_next (&iter, NULL, &value))
    kad_gui_item_set_boolean (((Contact *) value)->item, KAD_GUI_CONTACT_FIELD_CONTRIBUTING,
                              g_hash_table_contains (marked, value));
}

/* ---- the queries of the engine ---- */

static Part *
find_part (KadGuiQueryFiller *self, const KadGuiLine *line)
{
  const Part part = { .query = line->query,
                      .started_us = line->t - MIN (line->duration_us, line->t),
                      .is_running = TRUE };

  for (guint i = self->parts->len; i > 0; i--)
    if (g_array_index (self->parts, Part, i - 1).query == line->query)
      return &g_array_index (self->parts, Part, i - 1);
  if (self->parts->len >= KAD_GUI_MAX_PARTS)
    g_array_remove_index (self->parts, 0);
  g_array_append_val (self->parts, part);
  return &g_array_index (self->parts, Part, self->parts->len - 1);
}

static void
add_up (KadGuiQueryFiller *self)
{
  Part all = { 0 };

  for (guint i = 0; i < self->parts->len; i++)
    {
      const Part *part = &g_array_index (self->parts, Part, i);

      all.heard += part->heard;
      all.waiting += part->waiting;
      all.queried += part->queried;
      all.unreachable += part->unreachable;
      all.requests += part->requests;
      all.successes += part->successes;
      all.failures += part->failures;
    }
  kad_gui_item_set_uint (self->query, KAD_GUI_QUERY_FIELD_HEARD, all.heard);
  kad_gui_item_set_uint (self->query, KAD_GUI_QUERY_FIELD_WAITING, all.waiting);
  kad_gui_item_set_uint (self->query, KAD_GUI_QUERY_FIELD_QUERIED, all.queried);
  kad_gui_item_set_uint (self->query, KAD_GUI_QUERY_FIELD_UNREACHABLE, all.unreachable);
  kad_gui_item_set_uint (self->query, KAD_GUI_QUERY_FIELD_REQUESTS, all.requests);
  kad_gui_item_set_uint (self->query, KAD_GUI_QUERY_FIELD_SUCCESSES, all.successes);
  kad_gui_item_set_uint (self->query, KAD_GUI_QUERY_FIELD_FAILURES, all.failures);
}

gboolean
kad_gui_query_filler_is_running (KadGuiQueryFiller *self)
{
  for (guint i = 0; i < self->parts->len; i++)
    if (g_array_index (self->parts, Part, i).is_running)
      return TRUE;
  return FALSE;
}

static void
take_counts (Part *part, const KadGuiLine *line)
{
  part->heard = kad_gui_line_to_count (line->heard);
  part->waiting = kad_gui_line_to_count (line->waiting);
  part->queried = kad_gui_line_to_count (line->queried);
  part->unreachable = kad_gui_line_to_count (line->unreachable);
}

/* ---- lines ---- */

static gint64
get_at_us (KadGuiQueryFiller *self, const Part *part, const KadGuiLine *line)
{
  gint64 before_us = MAX (part->started_us - self->query->started_us, 0);

  return MIN (line->duration_us, G_MAXINT64 - before_us) + before_us;
}

static void
take_step (KadGuiQueryFiller *self, const KadGuiLine *line, gint64 at_us)
{
  g_autoptr (KadGuiStep) step = kad_gui_step_new ();
  g_autofree char *reason = kad_gui_line_cut (line->reason, KAD_GUI_MAX_REASON);

  kad_gui_item_set_int64 (step, KAD_GUI_STEP_FIELD_AT_US, at_us);
  kad_gui_item_set_string (step, KAD_GUI_STEP_FIELD_STEP, line->step);
  kad_gui_item_set_string (step, KAD_GUI_STEP_FIELD_PEER, line->peer);
  kad_gui_item_set_string (step, KAD_GUI_STEP_FIELD_FROM, line->from);
  kad_gui_item_set_uint (step, KAD_GUI_STEP_FIELD_DISTANCE_BITS,
                         kad_gui_line_to_count (line->distance_bits));
  kad_gui_item_set_int64 (step, KAD_GUI_STEP_FIELD_RTT_US, line->rtt_us);
  kad_gui_item_set_string (step, KAD_GUI_STEP_FIELD_REASON, reason);
  kad_gui_item_set_uint (step, KAD_GUI_STEP_FIELD_HEARD, kad_gui_line_to_count (line->heard));
  kad_gui_item_set_uint (step, KAD_GUI_STEP_FIELD_WAITING, kad_gui_line_to_count (line->waiting));
  kad_gui_item_set_uint (step, KAD_GUI_STEP_FIELD_QUERIED, kad_gui_line_to_count (line->queried));
  kad_gui_item_set_uint (step, KAD_GUI_STEP_FIELD_UNREACHABLE,
                         kad_gui_line_to_count (line->unreachable));
  g_ptr_array_add (self->new_steps, g_steal_pointer (&step));
  if (self->new_steps->len > 2 * KAD_GUI_MAX_STEPS)
    {
      g_ptr_array_remove_range (self->new_steps, 0, KAD_GUI_MAX_STEPS);
      kad_gui_item_set_uint (self->query, KAD_GUI_QUERY_FIELD_DROPPED,
                             self->query->dropped + KAD_GUI_MAX_STEPS);
    }
}

/* What it is about and since when; of the first line that tells. */
static void
take_subject (KadGuiQueryFiller *self, const KadGuiLine *line)
{
  KadGuiQuery *query = self->query;
  const char *base64 = line->key;
  const char *kind = line->kind;
  g_autoptr (GBytes) key = NULL;

  kad_gui_item_set_int64 (query, KAD_GUI_QUERY_FIELD_QUERY, line->query);
  if (query->started_us == 0)
    kad_gui_item_set_int64 (query, KAD_GUI_QUERY_FIELD_STARTED_US,
                            line->t - MIN (line->duration_us, line->t));
  if (*query->kind == '\0' || g_str_equal (query->kind, "operation"))
    kad_gui_item_set_string (query, KAD_GUI_QUERY_FIELD_KIND, line->kind);
  if (query->has_target && *query->key != '\0')
    return;
  if (*base64 == '\0' && line->publication != NULL)
    {
      base64 = kad_gui_line_get_text (line->publication, "key_base64", KAD_GUI_MAX_LINE_KEY);
      kind = kad_gui_line_get_text (line->publication, "kind", KAD_GUI_MAX_LINE_NAME);
    }
  key = kad_gui_line_dup_key (base64);
  if (key == NULL)
    return;
  if (!query->has_target)
    {
      gsize len;
      const guint8 *data = g_bytes_get_data (key, &len);

      kad_key_init (&query->target, data, len);
      query->has_target = TRUE;
    }
  if (*query->key == '\0')
    {
      g_autofree char *text = kad_gui_line_dup_key_text (key, kind);

      kad_gui_item_set_string (query, KAD_GUI_QUERY_FIELD_KEY, text);
    }
}

/* Of our own query somebody else tells it. */
static void
take_state (KadGuiQueryFiller *self, const KadGuiLine *line, gint64 at_us)
{
  KadGuiQuery *query = self->query;
  gboolean is_running = kad_gui_query_filler_is_running (self);

  if (query->own)
    return;
  kad_gui_item_set_int64 (query, KAD_GUI_QUERY_FIELD_DURATION_US, MAX (query->duration_us, at_us));
  kad_gui_item_set_uint (query, KAD_GUI_QUERY_FIELD_STATE,
                         is_running ? KAD_GUI_QUERY_RUNNING : KAD_GUI_QUERY_FINISHED);
  if (is_running)
    {
      kad_gui_item_set_string (query, KAD_GUI_QUERY_FIELD_OUTCOME, NULL);
      return;
    }
  if (*line->outcome != '\0')
    kad_gui_item_set_string (query, KAD_GUI_QUERY_FIELD_OUTCOME, line->outcome);
  if (*line->error_code != '\0')
    {
      g_autofree char *message = kad_gui_line_cut (line->error_message, KAD_GUI_MAX_REASON);

      kad_gui_item_set_string (query, KAD_GUI_QUERY_FIELD_ERROR_CODE, line->error_code);
      kad_gui_item_set_string (query, KAD_GUI_QUERY_FIELD_ERROR_MESSAGE, message);
    }
}

static void
take_end (KadGuiQueryFiller *self, Part *part, const KadGuiLine *line)
{
  part->is_running = FALSE;
  part->waiting = 0;
  part->requests = kad_gui_line_to_count (line->requests);
  part->successes = kad_gui_line_to_count (line->successes);
  part->failures = kad_gui_line_to_count (line->failures);
  self->want_contributing = TRUE;
}

static void
take_progress (KadGuiQueryFiller *self, Part *part, const KadGuiLine *line)
{
  take_counts (part, line);
  if (line->results > 0 && !self->query->own)
    kad_gui_item_set_uint (
        self->query, KAD_GUI_QUERY_FIELD_N_RESULTS,
        kad_gui_line_to_count (self->query->n_results + MIN (line->results, (gint64) G_MAXUINT)));
  self->want_contributing = TRUE;
  /* Of an operation nothing else tells that it ended. */
  if (line->last && g_str_equal (line->kind, "operation"))
    part->is_running = FALSE;
}

void
kad_gui_query_filler_take (KadGuiQueryFiller *self, const KadGuiLine *line)
{
  Part *part;
  gint64 at_us;

  g_object_freeze_notify (G_OBJECT (self->query));
  take_subject (self, line);
  part = find_part (self, line);
  at_us = get_at_us (self, part, line);
  if (g_str_equal (line->event, "query-step"))
    {
      take_counts (part, line);
      take_contact (self, line, at_us);
      take_step (self, line, at_us);
    }
  else if (g_str_equal (line->event, "query-progress"))
    take_progress (self, part, line);
  else if (g_str_equal (line->event, "query-finished"))
    take_end (self, part, line);
  add_up (self);
  take_state (self, line, at_us);
  g_object_thaw_notify (G_OBJECT (self->query));
}

/* ---- into the lists ---- */

static void
append_all (GListModel *list, GPtrArray *items)
{
  if (items->len > 0)
    g_list_store_splice (G_LIST_STORE (list), g_list_model_get_n_items (list), 0, items->pdata,
                         items->len);
  g_ptr_array_set_size (items, 0);
}

static int
compare_at (gconstpointer a, gconstpointer b, gpointer user_data)
{
  const KadGuiStep *one = a;
  const KadGuiStep *other = b;

  return (one->at_us > other->at_us) - (one->at_us < other->at_us);
}

static gboolean
are_in_order (GListModel *list, GPtrArray *steps)
{
  guint n = g_list_model_get_n_items (list);
  g_autoptr (KadGuiStep) last = n > 0 ? g_list_model_get_item (list, n - 1) : NULL;
  gint64 at_us = last != NULL ? last->at_us : G_MININT64;

  for (guint i = 0; i < steps->len; i++)
    {
      const KadGuiStep *step = steps->pdata[i];

      if (step->at_us < at_us)
        return FALSE;
      at_us = step->at_us;
    }
  return TRUE;
}

/* What the stream missed at the beginning comes behind the rest. */
static void
append_steps (GListModel *list, GPtrArray *steps)
{
  if (are_in_order (list, steps))
    {
      append_all (list, steps);
      return;
    }
  for (guint i = 0; i < steps->len; i++)
    g_list_store_insert_sorted (G_LIST_STORE (list), steps->pdata[i], compare_at, NULL);
  g_ptr_array_set_size (steps, 0);
}

static void
flush_steps (KadGuiQueryFiller *self)
{
  GListModel *list = self->query->steps;
  guint n = g_list_model_get_n_items (list);
  guint n_new = self->new_steps->len;
  guint too_many = n + n_new > KAD_GUI_MAX_STEPS ? n + n_new - KAD_GUI_MAX_STEPS : 0;

  if (too_many > n)
    g_ptr_array_remove_range (self->new_steps, 0, too_many - n);
  if (too_many > 0)
    {
      g_list_store_splice (G_LIST_STORE (list), 0, MIN (too_many, n), NULL, 0);
      kad_gui_item_set_uint (self->query, KAD_GUI_QUERY_FIELD_DROPPED,
                             self->query->dropped + too_many);
    }
  append_steps (list, self->new_steps);
}

void
kad_gui_query_filler_flush (KadGuiQueryFiller *self)
{
  append_all (self->query->contacts, self->new_contacts);
  flush_steps (self);
  if (self->want_contributing)
    compute_contributing (self);
  self->want_contributing = FALSE;
}

/* ---- its life ---- */

KadGuiQueryFiller *
kad_gui_query_filler_new (KadGuiQuery *query)
{
  KadGuiQueryFiller *self = g_new0 (KadGuiQueryFiller, 1);

  self->contacts = g_hash_table_new_full (g_str_hash, g_str_equal, NULL, contact_free);
  self->new_contacts = g_ptr_array_new_with_free_func (g_object_unref);
  self->new_steps = g_ptr_array_new_with_free_func (g_object_unref);
  self->parts = g_array_new (FALSE, FALSE, sizeof (Part));
  kad_gui_query_filler_set_query (self, query);
  return self;
}

void
kad_gui_query_filler_free (KadGuiQueryFiller *self)
{
  g_object_unref (self->query);
  g_hash_table_unref (self->contacts);
  g_ptr_array_unref (self->new_contacts);
  g_ptr_array_unref (self->new_steps);
  g_array_unref (self->parts);
  g_free (self);
}

KadGuiQuery *
kad_gui_query_filler_get_query (KadGuiQueryFiller *self)
{
  return self->query;
}

void
kad_gui_query_filler_set_query (KadGuiQueryFiller *self, KadGuiQuery *query)
{
  guint n = g_list_model_get_n_items (query->contacts);

  g_set_object (&self->query, query);
  g_hash_table_remove_all (self->contacts);
  for (guint i = 0; i < n; i++)
    {
      g_autoptr (KadGuiContact) item = g_list_model_get_item (query->contacts, i);

      remember (self, item);
    }
  for (guint i = 0; i < self->new_contacts->len; i++)
    remember (self, self->new_contacts->pdata[i]);
}
