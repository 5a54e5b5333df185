/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "kad-tool.h"

G_BEGIN_DECLS

typedef enum
{
  KAD_CELL_TEXT,     /* what it is, as text: numbers, words, lists */
  KAD_CELL_ID,       /* a peer or key, shortened on a terminal */
  KAD_CELL_DURATION, /* microseconds */
  KAD_CELL_RTT,      /* the same as milliseconds */
  KAD_CELL_MOMENT,   /* microseconds since 1970: how far from now */
  KAD_CELL_FLAG,     /* "yes" or "-" */
  KAD_CELL_ERROR,    /* an error's message, or text */
} KadCellForm;

/* A column of a table for people, of results that all have the same members. */
typedef struct
{
  const char *title; /* translatable */
  const char *name;  /* of the member */
  KadCellForm form;
} KadViewColumn;

/* Rows for people as a table, at the end; with --json a line each, at once. */
typedef struct _KadView KadView;

/* @columns: ended by a NULL title. Reads --long. */
KadView *kad_view_new (KadTool *tool, const KadViewColumn *columns);
void kad_view_free (KadView *self);
/* @row: `a{sv}` */
void kad_view_add (KadView *self, GVariant *row);
/* The table, if there is a row. */
void kad_view_print (KadView *self);
guint kad_view_get_n_rows (const KadView *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (KadView, kad_view_free)

G_END_DECLS
