/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "kad-module.h"

G_BEGIN_DECLS

/* In one variable of the environment, or in a node's configuration. */
#define KAD_MAX_MODULE_FOLDERS 64

/* What modules can provide: extensions of a point, by name. Whoever keeps the names is the
 * registry; the loader asks it what came while a module was loaded. */
typedef struct
{
  /* Takes in what is there already, and keeps the reasons of refusals from now on. */
  void (*begin) (void);
  /* Takes in what came; gives the reasons. (transfer full) (array zero-terminated=1) */
  char **(*end) (void);
  /* In alphabetical order. (transfer full) (array zero-terminated=1) */
  char **(*dup_names) (void);
} KadModuleKind;

typedef enum
{
  KAD_MODULE_COMMANDS,
  KAD_MODULE_TRANSPORTS,
  KAD_N_MODULE_KINDS,
} KadModuleKindId;

/* Once, by the registry; it lives for ever. */
void kad_module_loader_set_kind (KadModuleKindId id, const KadModuleKind *kind);
/* Loads the modules of folders; each folder once in a process. Those of Kad's @own come first, so
 * that nobody has their names; a file of the same name in a folder that a person @named stands in
 * for one of @own. A folder of @named that cannot be read is a failure; one of @own is not. */
void kad_module_loader_load (const char *const *named, const char *const *own);
/* "file: reason" of what failed, in the order in which it was tried. (transfer full) */
char **kad_module_loader_dup_failures (void);

G_END_DECLS
