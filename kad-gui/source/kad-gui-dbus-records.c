/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the node holds for others: records, then providers, page by page. Read again when a line
 * says that something was stored; what goes is seen then, too. */
#include <string.h>

#include "kad-gui-dbus-again.h"
#include "kad-gui-dbus-private.h"
#include "kad-gui-record.h"
#include "kad-multibase.h"

#define PAGE 1000
/* Of each of the two lists. */
#define MAX_PAGES (KAD_GUI_MAX_ROWS / PAGE)
#define DEBOUNCE_MS 500
#define INTERVAL_MS 2000

typedef struct
{
  KadGuiDbusPart parent;
  KadGuiDbusAgain again;
  GPtrArray *items; /* (element-type KadGuiRecord) (nullable) so far */
  guint from;       /* of the list that is being read */
  guint n_pages;    /* likewise */
} RecordsPart;

char *
kad_gui_dbus_dup_key (GVariant *key, gboolean is_provider)
{
  gsize len;
  const guint8 *data = g_variant_get_fixed_array (key, &len, 1);
  gboolean is_text = len > 0 && g_utf8_validate ((const char *) data, (gssize) len, NULL);
  GString *hex;

  if (len == 0)
    return g_strdup ("");
  if (is_provider)
    return kad_base58btc_encode (data, len);
  for (gsize i = 0; is_text && i < len; i++)
    is_text = data[i] >= 0x20 && data[i] != 0x7f;
  if (is_text)
    return g_strdup_printf ("%s%.*s", data[0] == '/' ? "" : "text:", (int) len,
                            (const char *) data);
  hex = g_string_new ("hex:");
  for (gsize i = 0; i < len; i++)
    g_string_append_printf (hex, "%02x", data[i]);
  return g_string_free (hex, FALSE);
}

/* Longer ones are on no wire. */
#define MAX_KEY_BYTES 4096

static void
add_row (RecordsPart *self, gboolean is_provider, GVariant *key, const char *peer,
         const char *const *addresses, guint size, gint64 expires_us)
{
  g_autofree char *text = NULL;
  KadGuiRecord *record;

  if (self->items->len >= KAD_GUI_MAX_ROWS || g_variant_get_size (key) > MAX_KEY_BYTES)
    return;
  text = kad_gui_dbus_dup_key (key, is_provider);
  record = kad_gui_record_new ();
  kad_gui_item_set_string (record, KAD_GUI_RECORD_FIELD_KIND, is_provider ? "provider" : "record");
  kad_gui_item_set_string (record, KAD_GUI_RECORD_FIELD_KEY, text);
  kad_gui_item_set_string (record, KAD_GUI_RECORD_FIELD_PEER, peer);
  kad_gui_item_set_strv (record, KAD_GUI_RECORD_FIELD_ADDRESSES, addresses);
  kad_gui_item_set_uint (record, KAD_GUI_RECORD_FIELD_SIZE, size);
  kad_gui_item_set_int64 (record, KAD_GUI_RECORD_FIELD_EXPIRES_US, expires_us);
  g_ptr_array_add (self->items, record);
}

static void
end (RecordsPart *self, gboolean apply)
{
  KadGuiStore *store = kad_gui_dbus_part_get_store (&self->parent);

  if (apply)
    kad_gui_store_replace (store, kad_gui_store_get_records (store), self->items, NULL);
  g_clear_pointer (&self->items, g_ptr_array_unref);
  kad_gui_dbus_again_done (&self->again);
}

static void
read_page (RecordsPart *self, const char *method, const char *type, KadGuiDbusPartFunc func)
{
  kad_gui_dbus_part_call (
      &self->parent, "Records", method,
      g_variant_new ("(uu@a{sv})", self->from, PAGE, kad_gui_dbus_new_options ()), type, func);
}

/* Whether there is another page. */
static gboolean
go_on (RecordsPart *self, gsize n, guint total)
{
  self->from += (guint) n;
  return n > 0 && self->from < total && ++self->n_pages < MAX_PAGES;
}

static void
on_providers (KadGuiDbusPart *part, GVariant *reply, const GError *error)
{
  RecordsPart *self = (RecordsPart *) part;
  g_autoptr (GVariant) rows = NULL;
  guint total;
  gsize n;

  if (reply == NULL)
    {
      end (self, TRUE);
      return;
    }
  g_variant_get (reply, "(t@a(aysasx)u)", NULL, &rows, &total);
  n = g_variant_n_children (rows);
  for (gsize i = 0; i < n; i++)
    {
      g_autoptr (GVariant) key = NULL;
      g_autofree const char **addresses = NULL;
      const char *peer;
      gint64 expires_us;

      g_variant_get_child (rows, i, "(@ay&s^a&sx)", &key, &peer, &addresses, &expires_us);
      add_row (self, TRUE, key, peer, addresses, 0, expires_us);
    }
  if (go_on (self, n, total))
    read_page (self, "ListProviders", "(ta(aysasx)u)", on_providers);
  else
    end (self, TRUE);
}

static void
on_records (KadGuiDbusPart *part, GVariant *reply, const GError *error)
{
  RecordsPart *self = (RecordsPart *) part;
  g_autoptr (GVariant) rows = NULL;
  guint total;
  gsize n;

  if (reply == NULL)
    {
      /* What cannot be read now is shown as it was. */
      end (self, FALSE);
      return;
    }
  g_variant_get (reply, "(t@a(aysux)u)", NULL, &rows, &total);
  n = g_variant_n_children (rows);
  for (gsize i = 0; i < n; i++)
    {
      g_autoptr (GVariant) key = NULL;
      const char *from;
      guint size;
      gint64 expires_us;

      g_variant_get_child (rows, i, "(@ay&sux)", &key, &from, &size, &expires_us);
      add_row (self, FALSE, key, from, NULL, size, expires_us);
    }
  if (go_on (self, n, total))
    {
      read_page (self, "ListRecords", "(ta(aysux)u)", on_records);
      return;
    }
  self->from = 0;
  self->n_pages = 0;
  read_page (self, "ListProviders", "(ta(aysasx)u)", on_providers);
}

static void
begin (gpointer user_data)
{
  RecordsPart *self = user_data;

  g_clear_pointer (&self->items, g_ptr_array_unref);
  self->items = g_ptr_array_new_with_free_func (g_object_unref);
  self->from = 0;
  self->n_pages = 0;
  read_page (self, "ListRecords", "(ta(aysux)u)", on_records);
}

void
kad_gui_dbus_records_note (KadGuiDbusPart *part)
{
  if (part->topics != 0)
    kad_gui_dbus_again_request (&((RecordsPart *) part)->again);
}

static void
records_init (KadGuiDbusPart *part)
{
  kad_gui_dbus_again_init (&((RecordsPart *) part)->again, DEBOUNCE_MS, INTERVAL_MS, begin, part);
}

static void
records_read (KadGuiDbusPart *part)
{
  kad_gui_dbus_again_now (&((RecordsPart *) part)->again);
}

static void
records_stop (KadGuiDbusPart *part)
{
  RecordsPart *self = (RecordsPart *) part;

  kad_gui_dbus_again_stop (&self->again);
  g_clear_pointer (&self->items, g_ptr_array_unref);
}

const KadGuiDbusPartClass kad_gui_dbus_records_class = {
  .size = sizeof (RecordsPart),
  .topics = KAD_GUI_TOPIC_RECORDS,
  .init = records_init,
  .start = records_read,
  .stop = records_stop,
  .read = records_read,
};
