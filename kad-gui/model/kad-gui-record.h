/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "kad-gui-item.h"

G_BEGIN_DECLS

#define KAD_GUI_TYPE_RECORD (kad_gui_record_get_type ())

KAD_GUI_DECLARE_ITEM (KadGuiRecord, kad_gui_record, RECORD)

/* The fields, as setters name them. */
enum
{
  KAD_GUI_RECORD_FIELD_KIND = 1,
  KAD_GUI_RECORD_FIELD_KEY,
  KAD_GUI_RECORD_FIELD_PEER,
  KAD_GUI_RECORD_FIELD_ADDRESSES,
  KAD_GUI_RECORD_FIELD_SIZE,
  KAD_GUI_RECORD_FIELD_EXPIRES_US,
};

/**
 * KadGuiRecord:
 *
 * What this node holds for others.
 */
struct _KadGuiRecord
{
  KadGuiItem parent_instance;

  char *kind; /* "record" or "provider" */
  char *key;  /* as text */
  char *peer; /* who put it there; empty: ourselves */
  char **addresses;
  guint size;        /* bytes of the value */
  gint64 expires_us; /* microseconds since 1970 */
};

KadGuiRecord *kad_gui_record_new (void);

G_END_DECLS
