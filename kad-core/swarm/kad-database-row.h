/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* What is kept, by table. New ones are added at the end. */
typedef enum
{
  KAD_DATABASE_PEER,          /* who was in the routing table */
  KAD_DATABASE_RECORD,        /* value records that are held for others */
  KAD_DATABASE_PROVIDER,      /* provider records that are held for others */
  KAD_DATABASE_PROVIDER_PEER, /* where those providers are */
  KAD_DATABASE_PUBLICATION,   /* what we announce until somebody removes it */
  KAD_DATABASE_N_TABLES,
} KadDatabaseTable;

/* The columns of each table, in the order of its row; the ones that name the row come first. Times
 * are microseconds since 1970 (UTC). */
enum
{
  KAD_PEER_ID = 0,    /* bytes */
  KAD_PEER_ADDRESSES, /* bytes: each multiaddr after its length (varint) */
  KAD_PEER_SEEN,
  KAD_PEER_CONNECTED,

  KAD_RECORD_KEY = 0,   /* bytes */
  KAD_RECORD_VALUE,     /* bytes */
  KAD_RECORD_RECEIVED,  /* text (nullable) as the record has it */
  KAD_RECORD_HOLDER,    /* bytes: who put it here */
  KAD_RECORD_PUBLISHER, /* bytes (nullable) */
  KAD_RECORD_TTL,       /* seconds */
  KAD_RECORD_EXPIRES,

  KAD_PROVIDER_KEY = 0, /* bytes */
  KAD_PROVIDER_PEER_ID, /* bytes */
  KAD_PROVIDER_EXPIRES,

  KAD_PROVIDER_PEER_KEY = 0,   /* bytes: the peer's id */
  KAD_PROVIDER_PEER_ADDRESSES, /* bytes, as KAD_PEER_ADDRESSES */
  KAD_PROVIDER_PEER_EXPIRES,   /* when the addresses do */

  KAD_PUBLICATION_ROW_KIND = 0, /* KadPublicationKind */
  KAD_PUBLICATION_ROW_KEY,      /* bytes */
  KAD_PUBLICATION_ROW_TAG,      /* text */
  KAD_PUBLICATION_ROW_VALUE,    /* bytes (nullable) */
  KAD_PUBLICATION_ROW_CREATED,
  KAD_PUBLICATION_ROW_LAST_RUN,
  KAD_PUBLICATION_ROW_NEXT_RUN,
  KAD_PUBLICATION_ROW_STORED,
  KAD_PUBLICATION_ROW_WANTED,
  KAD_PUBLICATION_ROW_FAILURES,
  KAD_PUBLICATION_ROW_ERROR_CODE,
  KAD_PUBLICATION_ROW_ERROR, /* text (nullable) */

  KAD_DATABASE_MAX_COLUMNS,
};

typedef enum
{
  KAD_DATABASE_BYTES,
  KAD_DATABASE_TEXT,
  KAD_DATABASE_NUMBER,
} KadDatabaseType;

typedef struct
{
  const char *name;
  guint n_columns;
  guint n_keys; /* of them, the first ones name a row */
  struct
  {
    const char *name;
    KadDatabaseType type;
    gboolean is_optional;
  } columns[KAD_DATABASE_MAX_COLUMNS];
} KadDatabaseLayout;

/* A row of any table, or the word that there is none of these keys any more. */
typedef struct
{
  KadDatabaseTable table;
  gboolean is_gone;
  guint generation;
  union
  {
    GBytes *bytes; /* (owned) (nullable) */
    char *text;    /* (owned) (nullable) */
    gint64 number;
  } cells[KAD_DATABASE_MAX_COLUMNS];
} KadDatabaseRow;

const KadDatabaseLayout *kad_database_layout_get (KadDatabaseTable table);

KadDatabaseRow *kad_database_row_new (KadDatabaseTable table);
/* Bytes are shared. */
KadDatabaseRow *kad_database_row_copy (const KadDatabaseRow *self);
void kad_database_row_free (KadDatabaseRow *self);
/* Copies. @data: (nullable): none */
void kad_database_row_set_bytes (KadDatabaseRow *self, guint column, gconstpointer data, gsize len);
void kad_database_row_set_text (KadDatabaseRow *self, guint column, const char *text);
void kad_database_row_set_number (KadDatabaseRow *self, guint column, gint64 number);
/* Roughly what it takes in memory. */
gsize kad_database_row_measure (const KadDatabaseRow *self);
/* By table and keys: the same row, whatever it says. */
guint kad_database_row_hash (gconstpointer row);
gboolean kad_database_row_equal (gconstpointer a, gconstpointer b);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (KadDatabaseRow, kad_database_row_free)

G_END_DECLS
