/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "kad-arguments.h"
#include "kad-exit.h"
#include "kad-output.h"

G_BEGIN_DECLS

#define KAD_MAX_TOOL_TABLES 9

typedef struct _KadTool KadTool;

/* Where a word is done. */
typedef enum
{
  KAD_PLACE_HERE,     /* by the tool itself */
  KAD_PLACE_SERVICE,  /* by the service, and nowhere else */
  KAD_PLACE_EITHER,   /* by the service, or on a node of its own with --join */
  KAD_PLACE_ANYWHERE, /* the same, and on a node of its own where there is no service */
} KadPlace;

/* One word of the tool ("get", "find peer"): what it takes, and what runs it. */
typedef struct
{
  const char *name;
  const char *synopsis;      /* its words: "KEY [VALUE]"; those without brackets are required */
  const char *summary;       /* translatable */
  const char *registry_name; /* (nullable) the registered command that it runs */
  const KadOption *tables[KAD_MAX_TOOL_TABLES]; /* NULL-terminated */
  KadExit (*run) (KadTool *tool);
  KadPlace place;
} KadToolCommand;

/* One call of the tool. */
struct _KadTool
{
  const KadToolCommand *command;
  const KadArguments *arguments;
  KadOutput *output;
};

/* --json, --verbose, --color, --help: for every command. */
extern const KadOption kad_common_options[];
/* --timeout, --limit, --allow-empty: for every command that asks the network. */
extern const KadOption kad_client_options[];
/* --address, --no-start: for every command that the service may do. */
extern const KadOption kad_service_options[];
/* --timeout, for those that only it can do. */
extern const KadOption kad_timeout_options[];
extern const KadOption kad_quorum_options[];
extern const KadOption kad_raw_key_options[];
extern const KadOption kad_once_options[];
/* --speed, --topic, --from, --until: of `play`. */
extern const KadOption kad_play_options[];

/* NULL-name-terminated. */
const KadToolCommand *kad_tool_list_commands (void);
/* NULL if there is none. */
const KadToolCommand *kad_tool_find_command (const char *name);
/* After an error of the service that was told: what a person can do about it, if that is known. */
void kad_tool_advise (KadTool *tool, const GError *error);
/* Tells @error, with where to read more, and gives its exit code. */
KadExit kad_tool_fail (KadTool *tool, GError *error);
/* The same for a node that did not start: whatever the error, the arguments were well-formed. */
KadExit kad_tool_fail_start (KadTool *tool, GError *error);

/* ---- what runs them ---- */

KadExit kad_cmd_node (KadTool *tool);
KadExit kad_cmd_testnet (KadTool *tool);
KadExit kad_cmd_play (KadTool *tool);
KadExit kad_cmd_put (KadTool *tool);
KadExit kad_cmd_words (KadTool *tool); /* each word is a required option, in order */
KadExit kad_cmd_provide (KadTool *tool);
KadExit kad_cmd_ask (KadTool *tool);
KadExit kad_cmd_run (KadTool *tool);
KadExit kad_cmd_help (KadTool *tool);
KadExit kad_cmd_status (KadTool *tool);
KadExit kad_cmd_up (KadTool *tool);
KadExit kad_cmd_down (KadTool *tool);
KadExit kad_cmd_pause (KadTool *tool);
KadExit kad_cmd_resume (KadTool *tool);
KadExit kad_cmd_mode (KadTool *tool);
KadExit kad_cmd_config (KadTool *tool);
KadExit kad_cmd_advertise (KadTool *tool);
KadExit kad_cmd_discover (KadTool *tool);
KadExit kad_cmd_unprovide (KadTool *tool);
KadExit kad_cmd_publications (KadTool *tool);
KadExit kad_cmd_table (KadTool *tool);
KadExit kad_cmd_peers (KadTool *tool);
KadExit kad_cmd_peer (KadTool *tool);
KadExit kad_cmd_queries (KadTool *tool);
KadExit kad_cmd_query (KadTool *tool);
KadExit kad_cmd_records (KadTool *tool);
KadExit kad_cmd_stats (KadTool *tool);
KadExit kad_cmd_doctor (KadTool *tool);
KadExit kad_cmd_events (KadTool *tool);
KadExit kad_cmd_top (KadTool *tool);
KadExit kad_cmd_completion (KadTool *tool);
KadExit kad_cmd_id_parse (KadTool *tool);
KadExit kad_cmd_id_convert (KadTool *tool);
KadExit kad_cmd_id_distance (KadTool *tool);

G_END_DECLS
