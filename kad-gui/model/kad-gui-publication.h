/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "kad-gui-item.h"

G_BEGIN_DECLS

#define KAD_GUI_TYPE_PUBLICATION (kad_gui_publication_get_type ())

KAD_GUI_DECLARE_ITEM (KadGuiPublication, kad_gui_publication, PUBLICATION)

/* The fields, as setters name them. */
enum
{
  KAD_GUI_PUBLICATION_FIELD_PATH = 1,
  KAD_GUI_PUBLICATION_FIELD_KIND,
  KAD_GUI_PUBLICATION_FIELD_KEY_TEXT,
  KAD_GUI_PUBLICATION_FIELD_APP_ID,
  KAD_GUI_PUBLICATION_FIELD_LIFETIME,
  KAD_GUI_PUBLICATION_FIELD_OWNER,
  KAD_GUI_PUBLICATION_FIELD_CREATED_US,
  KAD_GUI_PUBLICATION_FIELD_LAST_RUN_US,
  KAD_GUI_PUBLICATION_FIELD_NEXT_RUN_US,
  KAD_GUI_PUBLICATION_FIELD_STORED,
  KAD_GUI_PUBLICATION_FIELD_WANTED,
  KAD_GUI_PUBLICATION_FIELD_FAILURES,
  KAD_GUI_PUBLICATION_FIELD_RUNNING,
  KAD_GUI_PUBLICATION_FIELD_ERROR,
};

/**
 * KadGuiPublication:
 *
 * What this node says and keeps in the network.
 */
struct _KadGuiPublication
{
  KadGuiItem parent_instance;

  char *path;
  char *kind; /* "provider" or "record" */
  char *key_text;
  char *app_id;
  char *lifetime;
  char *owner;
  gint64 created_us;  /* microseconds since 1970 */
  gint64 last_run_us; /* microseconds since 1970; 0: never */
  gint64 next_run_us; /* microseconds since 1970 */
  guint stored;       /* peers that took it the last time */
  guint wanted;
  guint failures; /* one after the other */
  gboolean running;
  char *error;
};

KadGuiPublication *kad_gui_publication_new (void);

G_END_DECLS
