/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "kad-database-file.h"
#include "kad-database-queue.h"
#include "kad-database.h"

G_BEGIN_DECLS

/* Shared by kad-database.c (the calls) and kad-database-writer.c (the thread) only. */

/* Who wants to know when everything from before is written. */
typedef struct
{
  KadDatabaseFunc func;
  gpointer user_data;
  gboolean is_pace; /* of a rewrite: neither durable, nor held back by it */
} KadDatabaseWaiter;

typedef struct
{
  KadDatabaseTable table;
  gint64 after;
  guint max;
  KadDatabaseLoadFunc func;
  gpointer user_data;
} KadDatabaseRead;

/* From the thread to the context. */
typedef struct
{
  KadDatabaseFunc func;          /* (nullable) done, or not */
  KadDatabaseLoadFunc load_func; /* (nullable) */
  gpointer user_data;
  GError *error; /* (nullable) */
  GPtrArray *rows;
  gint64 after;
  gboolean is_end;
  gboolean is_rewrite;
  char *warning; /* (nullable) */
} KadDatabaseMessage;

struct _KadDatabase
{
  char *folder;
  const KadDatabaseDelegate *delegate;
  gpointer user_data;
  GSource *inbox;
  GThread *thread; /* (nullable) */

  GMutex lock; /* over what follows */
  GCond cond;
  KadDatabaseQueue queue;
  gint64 due_us;    /* when what is queued is written */
  GQueue waiters;   /* (element-type KadDatabaseWaiter) */
  GQueue reads;     /* (element-type KadDatabaseRead) */
  GQueue messages;  /* (element-type KadDatabaseMessage) */
  guint generation; /* of rows from now on */
  gboolean is_closing;
  gboolean is_retry_wanted;
  gboolean is_behind;    /* what comes is dropped: a rewrite will have it */
  gboolean is_rewriting; /* one is under way */
  GError *trouble;       /* (nullable) why nothing can be written */

  /* the thread's, once it runs */
  KadDatabaseFile file;
  int lock_fd; /* -1: not locked */
  gboolean has_unsynced;
  gint64 tried_us;
  gint64 retry_us;
  gint64 retry_delay_us;
};

/* Opens the file, or begins a new one in the place of a damaged one, which *@warning tells then. */
gboolean kad_database_begin_file (KadDatabase *self, char **warning, GError **error);
/* Sets a damaged file aside while in use, under the lock. */
void kad_database_replace_file (KadDatabase *self, const GError *reason);
/* Under the lock: nothing can be written for now. Takes @error. */
void kad_database_set_trouble (KadDatabase *self, GError *error);
/* Under the lock: what is queued is dropped, and a rewrite asked for. */
void kad_database_fall_behind (KadDatabase *self);
/* Under the lock. Takes @message. */
void kad_database_tell (KadDatabase *self, KadDatabaseMessage *message);
gpointer kad_database_write_thread (gpointer database);

G_END_DECLS
