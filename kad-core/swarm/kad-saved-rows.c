/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "kad-saved-rows.h"

#include <string.h>

#include "kad-error.h"
#include "kad-key.h"
#include "kad-varint.h"

static void
set_peer (KadDatabaseRow *row, guint column, const KadPeerId *peer)
{
  gsize len;
  const guint8 *data = kad_peer_id_get_data (peer, &len);

  kad_database_row_set_bytes (row, column, data, len);
}

static void
set_shared (KadDatabaseRow *row, guint column, GBytes *bytes)
{
  row->cells[column].bytes = bytes != NULL ? g_bytes_ref (bytes) : NULL;
}

static gboolean
get_peer (const KadDatabaseRow *row, guint column, KadPeerId *peer)
{
  gsize len;
  const guint8 *data;

  if (row->cells[column].bytes == NULL)
    return FALSE;
  data = g_bytes_get_data (row->cells[column].bytes, &len);
  return kad_peer_id_init_from_bytes (peer, data, len, NULL);
}

/* ---- addresses ---- */

static void
set_addresses (KadDatabaseRow *row, guint column, const KadPeerInfo *info)
{
  g_autoptr (GByteArray) bytes = g_byte_array_new ();

  for (guint i = 0; i < kad_peer_info_get_n_addresses (info); i++)
    {
      gsize len;
      const guint8 *data = kad_multiaddr_get_data (kad_peer_info_get_address (info, i), &len);
      guint8 head[KAD_MAX_VARINT_BYTES];

      if (len > KAD_MAX_SAVED_ADDRESS_BYTES)
        continue;
      g_byte_array_append (bytes, head, (guint) kad_varint_encode (len, head));
      g_byte_array_append (bytes, data, (guint) len);
    }
  kad_database_row_set_bytes (row, column, bytes->data != NULL ? bytes->data : (guint8 *) "",
                              bytes->len);
}

static gboolean
add_addresses (KadPeerInfo *info, GBytes *bytes)
{
  gsize len;
  const guint8 *data = g_bytes_get_data (bytes, &len);

  while (len > 0)
    {
      g_autoptr (KadMultiaddr) address = NULL;
      guint64 size;
      gsize used;

      if (kad_varint_decode (data, len, &size, &used) != KAD_VARINT_OK || size > len - used
          || size > KAD_MAX_SAVED_ADDRESS_BYTES)
        return FALSE;
      address = kad_multiaddr_new_from_bytes (data + used, (gsize) size, NULL);
      if (address == NULL)
        return FALSE;
      kad_peer_info_add_address (info, address);
      data += used + size;
      len -= used + size;
    }
  return TRUE;
}

static KadPeerInfo *
read_info (const KadDatabaseRow *row, guint id_column, guint addresses_column)
{
  g_autoptr (KadPeerInfo) info = NULL;
  KadPeerId peer;

  if (!get_peer (row, id_column, &peer))
    return NULL;
  info = kad_peer_info_new (&peer);
  if (!add_addresses (info, row->cells[addresses_column].bytes))
    return NULL;
  return g_steal_pointer (&info);
}

/* ---- peers ---- */

KadDatabaseRow *
kad_saved_peer_new (const KadPeerInfo *info, gint64 seen_unix_us, gboolean is_connected)
{
  KadDatabaseRow *row = kad_database_row_new (KAD_DATABASE_PEER);

  set_peer (row, KAD_PEER_ID, kad_peer_info_get_peer (info));
  set_addresses (row, KAD_PEER_ADDRESSES, info);
  kad_database_row_set_number (row, KAD_PEER_SEEN, seen_unix_us);
  kad_database_row_set_number (row, KAD_PEER_CONNECTED, is_connected);
  return row;
}

KadPeerInfo *
kad_saved_peer_read (const KadDatabaseRow *row)
{
  return read_info (row, KAD_PEER_ID, KAD_PEER_ADDRESSES);
}

/* ---- records ---- */

KadDatabaseRow *
kad_saved_record_new_key (GBytes *key)
{
  KadDatabaseRow *row = kad_database_row_new (KAD_DATABASE_RECORD);

  set_shared (row, KAD_RECORD_KEY, key);
  return row;
}

KadDatabaseRow *
kad_saved_record_new (KadRecord *record, const KadPeerId *from, gint64 expires_unix_us)
{
  KadDatabaseRow *row = kad_saved_record_new_key (kad_record_get_key (record));
  const KadPeerId *publisher = kad_record_get_publisher (record);
  const char *received = kad_record_get_time_received (record);

  set_shared (row, KAD_RECORD_VALUE, kad_record_get_value (record));
  /* As it came: what is no text is no time either. */
  if (received != NULL && g_utf8_validate (received, -1, NULL))
    kad_database_row_set_text (row, KAD_RECORD_RECEIVED, received);
  set_peer (row, KAD_RECORD_HOLDER, from);
  if (publisher != NULL)
    set_peer (row, KAD_RECORD_PUBLISHER, publisher);
  kad_database_row_set_number (row, KAD_RECORD_TTL, kad_record_get_ttl_s (record));
  kad_database_row_set_number (row, KAD_RECORD_EXPIRES, expires_unix_us);
  return row;
}

KadRecord *
kad_saved_record_read (const KadDatabaseRow *row, KadPeerId *from)
{
  g_autoptr (KadRecord) plain = NULL;
  KadPeerId publisher;
  gint64 ttl_s = CLAMP (row->cells[KAD_RECORD_TTL].number, 0, (gint64) G_MAXUINT32);
  gboolean has_publisher = row->cells[KAD_RECORD_PUBLISHER].bytes != NULL;

  if (!get_peer (row, KAD_RECORD_HOLDER, from)
      || g_bytes_get_size (row->cells[KAD_RECORD_KEY].bytes) > KAD_MAX_KEY_PREIMAGE_BYTES
      || g_bytes_get_size (row->cells[KAD_RECORD_VALUE].bytes) > KAD_MAX_RECORD_BYTES
      || (has_publisher && !get_peer (row, KAD_RECORD_PUBLISHER, &publisher)))
    return NULL;
  plain = kad_record_new (row->cells[KAD_RECORD_KEY].bytes, row->cells[KAD_RECORD_VALUE].bytes,
                          row->cells[KAD_RECORD_RECEIVED].text);
  if (!has_publisher && ttl_s == 0)
    return g_steal_pointer (&plain);
  return kad_record_with_publisher (plain, has_publisher ? &publisher : NULL, (guint32) ttl_s);
}

/* ---- providers ---- */

KadDatabaseRow *
kad_saved_provider_new (const guint8 *key, gsize len, const KadPeerId *peer, gint64 expires_unix_us)
{
  KadDatabaseRow *row = kad_database_row_new (KAD_DATABASE_PROVIDER);

  kad_database_row_set_bytes (row, KAD_PROVIDER_KEY, key, len);
  set_peer (row, KAD_PROVIDER_PEER_ID, peer);
  kad_database_row_set_number (row, KAD_PROVIDER_EXPIRES, expires_unix_us);
  return row;
}

gboolean
kad_saved_provider_read (const KadDatabaseRow *row, KadPeerId *peer)
{
  gsize len = g_bytes_get_size (row->cells[KAD_PROVIDER_KEY].bytes);

  return len > 0 && len <= KAD_MAX_PROVIDER_KEY_BYTES && get_peer (row, KAD_PROVIDER_PEER_ID, peer);
}

KadDatabaseRow *
kad_saved_provider_peer_new (const KadPeerInfo *info, gint64 expires_unix_us)
{
  KadDatabaseRow *row = kad_database_row_new (KAD_DATABASE_PROVIDER_PEER);

  set_peer (row, KAD_PROVIDER_PEER_KEY, kad_peer_info_get_peer (info));
  set_addresses (row, KAD_PROVIDER_PEER_ADDRESSES, info);
  kad_database_row_set_number (row, KAD_PROVIDER_PEER_EXPIRES, expires_unix_us);
  return row;
}

KadPeerInfo *
kad_saved_provider_peer_read (const KadDatabaseRow *row)
{
  return read_info (row, KAD_PROVIDER_PEER_KEY, KAD_PROVIDER_PEER_ADDRESSES);
}

/* ---- publications ---- */

KadDatabaseRow *
kad_saved_publication_new (const KadPublicationRow *publication)
{
  KadDatabaseRow *row = kad_database_row_new (KAD_DATABASE_PUBLICATION);
  const GError *error = publication->error;

  kad_database_row_set_number (row, KAD_PUBLICATION_ROW_KIND, publication->kind);
  set_shared (row, KAD_PUBLICATION_ROW_KEY, publication->key);
  kad_database_row_set_text (row, KAD_PUBLICATION_ROW_TAG, publication->tag);
  set_shared (row, KAD_PUBLICATION_ROW_VALUE, publication->value);
  kad_database_row_set_number (row, KAD_PUBLICATION_ROW_CREATED, publication->created_us);
  kad_database_row_set_number (row, KAD_PUBLICATION_ROW_LAST_RUN, publication->last_run_us);
  kad_database_row_set_number (row, KAD_PUBLICATION_ROW_NEXT_RUN, publication->next_run_us);
  kad_database_row_set_number (row, KAD_PUBLICATION_ROW_STORED, publication->stored);
  kad_database_row_set_number (row, KAD_PUBLICATION_ROW_WANTED, publication->wanted);
  kad_database_row_set_number (row, KAD_PUBLICATION_ROW_FAILURES, publication->n_failures);
  if (error != NULL)
    {
      kad_database_row_set_number (row, KAD_PUBLICATION_ROW_ERROR_CODE, error->code);
      row->cells[KAD_PUBLICATION_ROW_ERROR].text = g_utf8_make_valid (error->message, -1);
    }
  return row;
}

static guint
get_count (const KadDatabaseRow *row, guint column)
{
  return (guint) CLAMP (row->cells[column].number, 0, G_MAXINT);
}

static int
read_error_code (const KadDatabaseRow *row)
{
  gint64 code = row->cells[KAD_PUBLICATION_ROW_ERROR_CODE].number;

  return code >= 0 && code <= KAD_ERROR_QUORUM_FAILED ? (int) code : KAD_ERROR_FAILED;
}

KadPublicationRow *
kad_saved_publication_read (const KadDatabaseRow *row)
{
  GBytes *key = row->cells[KAD_PUBLICATION_ROW_KEY].bytes;
  GBytes *value = row->cells[KAD_PUBLICATION_ROW_VALUE].bytes;
  const char *tag = row->cells[KAD_PUBLICATION_ROW_TAG].text;
  const char *text = row->cells[KAD_PUBLICATION_ROW_ERROR].text;
  gint64 kind = row->cells[KAD_PUBLICATION_ROW_KIND].number;
  KadPublicationRow *publication;

  if (kind < KAD_PUBLICATION_PROVIDER || kind > KAD_PUBLICATION_RECORD
      || (value != NULL) != (kind == KAD_PUBLICATION_RECORD) || g_bytes_get_size (key) == 0
      || g_bytes_get_size (key) > KAD_MAX_KEY_PREIMAGE_BYTES
      || (value != NULL && g_bytes_get_size (value) > KAD_MAX_RECORD_BYTES)
      || strlen (tag) > KAD_MAX_PUBLICATION_TAG_BYTES)
    return NULL;
  publication = kad_publication_row_new ((KadPublicationKind) kind, key, value, tag);
  publication->persistent = TRUE;
  publication->created_us = row->cells[KAD_PUBLICATION_ROW_CREATED].number;
  publication->last_run_us = row->cells[KAD_PUBLICATION_ROW_LAST_RUN].number;
  publication->next_run_us = row->cells[KAD_PUBLICATION_ROW_NEXT_RUN].number;
  publication->stored = get_count (row, KAD_PUBLICATION_ROW_STORED);
  publication->wanted = get_count (row, KAD_PUBLICATION_ROW_WANTED);
  publication->n_failures = get_count (row, KAD_PUBLICATION_ROW_FAILURES);
  if (text != NULL)
    publication->error = g_error_new_literal (KAD_ERROR, read_error_code (row), text);
  return publication;
}
