/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "kad-gui-kept-lines.h"

#include "kad-gui-publication.h"
#include "kad-gui-record.h"

/* Kept at most; the oldest go in larger pieces, so that one more costs little. */
#define MAX_ROWS KAD_GUI_MAX_ROWS
#define MAX_PENDING 1000

struct _KadGuiKeptLines
{
  KadGuiStore *store;
  GHashTable *publications; /* path -> KadGuiPublication, owned */
  GHashTable *records;      /* what tells them apart -> KadGuiRecord, owned */
  GPtrArray *new_publications;
  GPtrArray *new_records;
};

KadGuiKeptLines *
kad_gui_kept_lines_new (KadGuiStore *store)
{
  KadGuiKeptLines *self = g_new0 (KadGuiKeptLines, 1);

  self->store = store;
  self->publications = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_object_unref);
  self->records = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_object_unref);
  self->new_publications = g_ptr_array_new_with_free_func (g_object_unref);
  self->new_records = g_ptr_array_new_with_free_func (g_object_unref);
  return self;
}

void
kad_gui_kept_lines_free (KadGuiKeptLines *self)
{
  g_hash_table_unref (self->publications);
  g_hash_table_unref (self->records);
  g_ptr_array_unref (self->new_publications);
  g_ptr_array_unref (self->new_records);
  g_free (self);
}

void
kad_gui_kept_lines_set_store (KadGuiKeptLines *self, KadGuiStore *store)
{
  self->store = store;
}

void
kad_gui_kept_lines_reset (KadGuiKeptLines *self)
{
  g_hash_table_remove_all (self->publications);
  g_hash_table_remove_all (self->records);
  g_ptr_array_set_size (self->new_publications, 0);
  g_ptr_array_set_size (self->new_records, 0);
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

static char *
record_id (const char *kind, const char *key, const char *peer)
{
  return g_strdup_printf ("%s\n%s\n%s", kind, key, g_str_equal (kind, "provider") ? peer : "");
}

static void
drop_oldest_records (KadGuiKeptLines *self, guint n)
{
  GListModel *list = kad_gui_store_get_records (self->store);

  for (guint i = 0; i < n; i++)
    {
      g_autoptr (KadGuiRecord) record = g_list_model_get_item (list, i);
      g_autofree char *id = record_id (record->kind, record->key, record->peer);

      g_hash_table_remove (self->records, id);
    }
  g_list_store_splice (G_LIST_STORE (list), 0, n, NULL, 0);
}

void
kad_gui_kept_lines_flush (KadGuiKeptLines *self)
{
  guint n;

  append_all (kad_gui_store_get_publications (self->store), self->new_publications);
  append_all (kad_gui_store_get_records (self->store), self->new_records);
  n = g_list_model_get_n_items (kad_gui_store_get_records (self->store));
  if (n > MAX_ROWS)
    drop_oldest_records (self, n - MAX_ROWS);
}

/* ---- publications ---- */

static char *
publication_path (GVariant *object)
{
  const char *kind = kad_gui_line_get_text (object, "kind", KAD_GUI_MAX_LINE_NAME);
  const char *key = kad_gui_line_get_text (object, "key_base64", KAD_GUI_MAX_LINE_KEY);
  const char *tag = kad_gui_line_get_text (object, "tag", KAD_GUI_MAX_LINE_TEXT);

  return *key != '\0' ? g_strdup_printf ("%s:%s:%s", kind, key, tag) : NULL;
}

static void
fill_publication (KadGuiPublication *publication, const char *path, GVariant *object)
{
  const char *kind = kad_gui_line_get_text (object, "kind", KAD_GUI_MAX_LINE_NAME);
  g_autoptr (GBytes) key
      = kad_gui_line_dup_key (kad_gui_line_get_text (object, "key_base64", KAD_GUI_MAX_LINE_KEY));
  g_autofree char *text = key != NULL ? kad_gui_line_dup_key_text (key, kind) : NULL;
  g_autoptr (GVariant) error = g_variant_lookup_value (object, "error", G_VARIANT_TYPE_VARDICT);
  g_autofree char *message
      = error != NULL ? kad_gui_line_cut (
            kad_gui_line_get_text (error, "message", KAD_GUI_MAX_LINE_TEXT), KAD_GUI_MAX_REASON)
                      : NULL;

  kad_gui_item_set_string (publication, KAD_GUI_PUBLICATION_FIELD_PATH, path);
  kad_gui_item_set_string (publication, KAD_GUI_PUBLICATION_FIELD_KIND, kind);
  kad_gui_item_set_string (publication, KAD_GUI_PUBLICATION_FIELD_KEY_TEXT, text);
  kad_gui_item_set_string (publication, KAD_GUI_PUBLICATION_FIELD_APP_ID,
                           kad_gui_line_get_text (object, "tag", KAD_GUI_MAX_LINE_TEXT));
  kad_gui_item_set_string (publication, KAD_GUI_PUBLICATION_FIELD_LIFETIME,
                           kad_gui_line_get_boolean (object, "persistent") ? "persistent"
                                                                           : "session");
  kad_gui_item_set_int64 (publication, KAD_GUI_PUBLICATION_FIELD_CREATED_US,
                          kad_gui_line_get_number (object, "created_us"));
  kad_gui_item_set_int64 (publication, KAD_GUI_PUBLICATION_FIELD_LAST_RUN_US,
                          kad_gui_line_get_number (object, "last_run_us"));
  kad_gui_item_set_int64 (publication, KAD_GUI_PUBLICATION_FIELD_NEXT_RUN_US,
                          kad_gui_line_get_number (object, "next_run_us"));
  kad_gui_item_set_uint (publication, KAD_GUI_PUBLICATION_FIELD_STORED,
                         kad_gui_line_to_count (kad_gui_line_get_number (object, "stored")));
  kad_gui_item_set_uint (publication, KAD_GUI_PUBLICATION_FIELD_WANTED,
                         kad_gui_line_to_count (kad_gui_line_get_number (object, "wanted")));
  kad_gui_item_set_uint (publication, KAD_GUI_PUBLICATION_FIELD_FAILURES,
                         kad_gui_line_to_count (kad_gui_line_get_number (object, "failures")));
  kad_gui_item_set_boolean (publication, KAD_GUI_PUBLICATION_FIELD_RUNNING,
                            kad_gui_line_get_boolean (object, "running"));
  kad_gui_item_set_string (publication, KAD_GUI_PUBLICATION_FIELD_ERROR, message);
}

static void
change_publication (KadGuiKeptLines *self, GVariant *object)
{
  g_autofree char *path = publication_path (object);
  KadGuiPublication *publication
      = path != NULL ? g_hash_table_lookup (self->publications, path) : NULL;

  if (path == NULL || (publication == NULL && g_hash_table_size (self->publications) >= MAX_ROWS))
    return;
  if (publication == NULL)
    {
      publication = kad_gui_publication_new ();
      g_hash_table_insert (self->publications, g_strdup (path), publication);
      g_ptr_array_add (self->new_publications, g_object_ref (publication));
    }
  g_object_freeze_notify (G_OBJECT (publication));
  fill_publication (publication, path, object);
  g_object_thaw_notify (G_OBJECT (publication));
}

static void
remove_publication (KadGuiKeptLines *self, GVariant *object)
{
  g_autofree char *path = publication_path (object);
  KadGuiPublication *publication
      = path != NULL ? g_hash_table_lookup (self->publications, path) : NULL;
  guint position;

  if (publication == NULL)
    return;
  if (!g_ptr_array_remove (self->new_publications, publication)
      && g_list_store_find (G_LIST_STORE (kad_gui_store_get_publications (self->store)),
                            publication, &position))
    g_list_store_remove (G_LIST_STORE (kad_gui_store_get_publications (self->store)), position);
  g_hash_table_remove (self->publications, path);
}

/* ---- records ---- */

static void
add_record (KadGuiKeptLines *self, const KadGuiLine *line, const char *kind)
{
  g_autoptr (GBytes) key = kad_gui_line_dup_key (line->key);
  g_autofree char *text = key != NULL ? kad_gui_line_dup_key_text (key, kind) : NULL;
  g_autofree char *id = text != NULL ? record_id (kind, text, line->peer) : NULL;
  KadGuiRecord *record = id != NULL ? g_hash_table_lookup (self->records, id) : NULL;

  if (id == NULL)
    return;
  if (record == NULL)
    {
      record = kad_gui_record_new ();
      kad_gui_item_set_string (record, KAD_GUI_RECORD_FIELD_KIND, kind);
      kad_gui_item_set_string (record, KAD_GUI_RECORD_FIELD_KEY, text);
      g_hash_table_insert (self->records, g_steal_pointer (&id), record);
      g_ptr_array_add (self->new_records, g_object_ref (record));
    }
  kad_gui_item_set_string (record, KAD_GUI_RECORD_FIELD_PEER, line->peer);
  if (self->new_records->len >= MAX_PENDING)
    kad_gui_kept_lines_flush (self);
}

void
kad_gui_kept_lines_take (KadGuiKeptLines *self, const KadGuiLine *line)
{
  if (g_str_equal (line->event, "provider-stored"))
    add_record (self, line, "provider");
  else if (g_str_equal (line->event, "record-stored"))
    add_record (self, line, "record");
  else if (g_str_equal (line->event, "publication-changed") && line->publication != NULL)
    change_publication (self, line->publication);
  else if (g_str_equal (line->event, "publication-removed") && line->publication != NULL)
    remove_publication (self, line->publication);
}
