/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "kad-module.h"

G_BEGIN_DECLS

/* Shared by kad-module.c and the loader, which fills one in before it shows it to anybody. */
struct _KadModule
{
  gatomicrefcount refs;
  char *file;
  char *name;    /* (nullable) */
  char *version; /* (nullable) */
  char *summary; /* (nullable) */
  char **commands;
  char **transports;
  char *error; /* (nullable) */
  KadModuleState state;
  gboolean is_own;
};

/* Failed until the loader says otherwise, and empty. */
KadModule *kad_module_new (const char *file);
/* One more reason why something did not work. */
void kad_module_add_error (KadModule *self, const char *reason);

G_END_DECLS
