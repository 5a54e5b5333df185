/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "kad-infos.h"
#include "kad-tool.h"

G_BEGIN_DECLS

/* What a command of the shell does on a node that lives as long as it. */
typedef struct
{
  const char *command;    /* the registered name */
  GVariant *options;      /* `a{sv}` (transfer none) */
  KadMode mode;           /* of the node, without --mode */
  const char *listen;     /* (nullable) without --listen */
  gboolean stays;         /* runs on after the command is done, until it is interrupted */
  gboolean prints_values; /* for people: the best record's value, at the end */
  gboolean has_limit;     /* --limit is an option of the command itself */
} KadSessionPlan;

/* Joins, runs the command, prints what comes, leaves. Gives the exit code. */
KadExit kad_session_run (KadTool *tool, const KadSessionPlan *plan);

G_END_DECLS
