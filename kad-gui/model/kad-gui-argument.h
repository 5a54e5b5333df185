/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "kad-gui-item.h"

G_BEGIN_DECLS

#define KAD_GUI_TYPE_ARGUMENT (kad_gui_argument_get_type ())

KAD_GUI_DECLARE_ITEM (KadGuiArgument, kad_gui_argument, ARGUMENT)

/* The fields, as setters name them. */
enum
{
  KAD_GUI_ARGUMENT_FIELD_NAME = 1,
  KAD_GUI_ARGUMENT_FIELD_TYPE,
  KAD_GUI_ARGUMENT_FIELD_FORM,
  KAD_GUI_ARGUMENT_FIELD_BLURB,
  KAD_GUI_ARGUMENT_FIELD_REQUIRED,
  KAD_GUI_ARGUMENT_FIELD_DEFAULT_TEXT,
  KAD_GUI_ARGUMENT_FIELD_MINIMUM_TEXT,
  KAD_GUI_ARGUMENT_FIELD_MAXIMUM_TEXT,
  KAD_GUI_ARGUMENT_FIELD_VALUES,
};

/**
 * KadGuiArgument:
 *
 * An argument of a command.
 */
struct _KadGuiArgument
{
  KadGuiItem parent_instance;

  char *name;
  char *type; /* a D-Bus signature */
  char *form; /* "key", "endpoint" or empty */
  char *blurb;
  gboolean required;
  char *default_text;
  char *minimum_text;
  char *maximum_text;
  char **values;
};

KadGuiArgument *kad_gui_argument_new (void);

G_END_DECLS
