/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <glib/gi18n.h>
#include <string.h>

#include "kad-error.h"
#include "kad-node-options.h"
#include "kad-runner.h"
#include "kad-tool.h"

/* The one list of the tool's words. Parsing, help and the test of the man page read it. */

const KadOption kad_common_options[] = {
  { "json", KAD_OPTION_FORM, NULL,
    N_ ("Write one JSON object a line; --json=pretty over several lines, --json=seq as RFC 7464") },
  { "verbose", KAD_OPTION_FLAG, NULL, N_ ("Tell more on stderr") },
  { "color", KAD_OPTION_TEXT, N_ ("WHEN"), N_ ("Use colours: auto, always or never") },
  { "help", KAD_OPTION_FLAG, NULL, N_ ("Show this help") },
  { NULL },
};

const KadOption kad_client_options[] = {
  { "timeout", KAD_OPTION_TEXT, N_ ("SECONDS"), N_ ("Give up after this time") },
  { "limit", KAD_OPTION_TEXT, N_ ("N"), N_ ("Give at most so many results") },
  { "allow-empty", KAD_OPTION_FLAG, NULL, N_ ("Exit with 0 when nothing is found") },
  { NULL },
};

const KadOption kad_service_options[] = {
  { "address", KAD_OPTION_TEXT, N_ ("ADDRESS"),
    N_ ("The socket of the service, as unix:path=...; $KAD_ADDRESS, or the session bus if not "
        "given") },
  { "no-start", KAD_OPTION_FLAG, NULL, N_ ("Start neither the service nor its node") },
  { NULL },
};

static const KadOption net_options[] = {
  { "net", KAD_OPTION_TEXT, N_ ("NET"),
    N_ ("Only this network of the service: wan, its own, or lan, the local one beside it") },
  { NULL },
};

const KadOption kad_timeout_options[] = {
  { "timeout", KAD_OPTION_TEXT, N_ ("SECONDS"), N_ ("Give up after this time") },
  { NULL },
};

const KadOption kad_quorum_options[] = {
  { "quorum", KAD_OPTION_TEXT, N_ ("QUORUM"),
    N_ ("How many peers must agree: one, majority, all or a number") },
  { NULL },
};

const KadOption kad_raw_key_options[] = {
  { "raw-key", KAD_OPTION_FLAG, NULL, N_ ("Take a text: key as it is instead of hashing it") },
  { NULL },
};

const KadOption kad_once_options[] = {
  { "once", KAD_OPTION_FLAG, NULL, N_ ("Announce it once and leave") },
  { NULL },
};

static const KadOption keys_options[] = {
  { "keys-from", KAD_OPTION_TEXT, N_ ("FILE|-"),
    N_ ("Also the keys of this file, or of stdin: one a line; empty lines and lines that begin "
        "with # are none") },
  { NULL },
};

static const KadOption lifetime_options[] = {
  { "persist", KAD_OPTION_FLAG, NULL,
    N_ ("The service keeps it published, also after the machine was off; without --once and "
        "--session this is meant") },
  { "session", KAD_OPTION_FLAG, NULL, N_ ("Stay, and end it with this command") },
  { NULL },
};

static const KadOption watch_options[] = {
  { "watch", KAD_OPTION_FLAG, NULL, N_ ("Go on until interrupted, and tell what is new") },
  { NULL },
};

static const KadOption long_options[] = {
  { "long", KAD_OPTION_FLAG, NULL, N_ ("Write ids in full, on a terminal, too") },
  { NULL },
};

static const KadOption all_options[] = {
  { "all", KAD_OPTION_FLAG, NULL, N_ ("Also what other programs have published") },
  { NULL },
};

static const KadOption table_options[] = {
  { "bucket", KAD_OPTION_TEXT, N_ ("N"), N_ ("Only this bucket, from 0 to 255") },
  { NULL },
};

static const KadOption peers_options[] = {
  { "connected", KAD_OPTION_FLAG, NULL, N_ ("Only those with a connection, and how it is") },
  { NULL },
};

static const KadOption query_options[] = {
  { "steps", KAD_OPTION_FLAG, NULL, N_ ("Also what it did, step by step") },
  { NULL },
};

static const KadOption records_options[] = {
  { "providers", KAD_OPTION_FLAG, NULL, N_ ("Who provides what, in place of the records") },
  { NULL },
};

static const KadOption stats_options[] = {
  { "prometheus", KAD_OPTION_FLAG, NULL, N_ ("As text that Prometheus reads") },
  { NULL },
};

static const KadOption events_options[] = {
  { "topic", KAD_OPTION_TEXTS, N_ ("TOPIC"),
    N_ ("Only this: events, peers, table, queries, records, publications, node, steps or trace; "
        "may be repeated") },
  { NULL },
};

static const KadOption doctor_options[] = {
  { "no-probe", KAD_OPTION_FLAG, NULL, N_ ("Only look: leave out the checks that ask others") },
  { NULL },
};

static const KadOption control_options[] = {
  { "commands", KAD_OPTION_FLAG, NULL,
    N_ ("Read commands on stdin, one JSON object a line; stop at its end") },
  { NULL },
};

/* For those who have not all the options of a node. */
static const KadOption module_options[] = {
  { "module-path", KAD_OPTION_TEXTS, N_ ("DIR"),
    N_ ("Load the modules of this folder, too; may be repeated") },
  { NULL },
};

static const KadOption record_options[] = {
  { "record", KAD_OPTION_TEXT, N_ ("FILE"),
    N_ ("Record what it does to this file, for “kad play”") },
  { "topic", KAD_OPTION_TEXTS, N_ ("TOPIC"),
    N_ ("Record this: events, peers, table, queries, records, publications, node, steps or trace; "
        "may be repeated") },
  { NULL },
};

static const KadOption testnet_options[] = {
  { "listen-base", KAD_OPTION_TEXT, N_ ("PORT"), N_ ("Listen on this port and those that follow") },
  { "protocol", KAD_OPTION_TEXT, N_ ("ID"),
    N_ ("The protocol id of the DHT, instead of the network's own") },
  { "seed", KAD_OPTION_TEXT, N_ ("N"), N_ ("Make the same identities for the same number") },
  { NULL },
};

#define ASKS kad_common_options, kad_client_options, kad_service_options, kad_node_options
#define SERVICE kad_common_options, kad_service_options, kad_timeout_options

static const KadToolCommand commands[] = {
  { "node",
    "",
    N_ ("Run a node in the foreground"),
    NULL,
    { kad_common_options, kad_node_options, kad_node_more_options, control_options,
      record_options },
    kad_cmd_node },
  { "testnet",
    "N",
    N_ ("Run a network of N nodes in one process"),
    NULL,
    { kad_common_options, testnet_options, module_options, control_options },
    kad_cmd_testnet },
  { "status",
    "",
    N_ ("Show the service and its node on one screen"),
    NULL,
    { SERVICE },
    kad_cmd_status,
    KAD_PLACE_SERVICE },
  { "up",
    "",
    N_ ("Start the node of the service, and keep it up"),
    NULL,
    { SERVICE },
    kad_cmd_up,
    KAD_PLACE_SERVICE },
  { "down",
    "",
    N_ ("Stop the node of the service"),
    NULL,
    { SERVICE },
    kad_cmd_down,
    KAD_PLACE_SERVICE },
  { "pause",
    "[REASON]",
    N_ ("Take the node off the network until “kad resume”"),
    NULL,
    { SERVICE },
    kad_cmd_pause,
    KAD_PLACE_SERVICE },
  { "resume", "", N_ ("End a pause"), NULL, { SERVICE }, kad_cmd_resume, KAD_PLACE_SERVICE },
  { "mode",
    "[auto|client|server]",
    N_ ("Show whether others are served, or set it"),
    NULL,
    { SERVICE },
    kad_cmd_mode,
    KAD_PLACE_SERVICE },
  { "config",
    "[KEY] [VALUE]",
    N_ ("Show the settings of the service, or one of them, or set it"),
    NULL,
    { SERVICE },
    kad_cmd_config,
    KAD_PLACE_SERVICE },
  { "doctor",
    "",
    N_ ("Check whether everything is as it should be, and tell what to do"),
    NULL,
    { ASKS, doctor_options },
    kad_cmd_doctor,
    KAD_PLACE_EITHER },
  { "put",
    "KEY [VALUE|-]",
    N_ ("Store a record; the value may come from stdin"),
    "put-record",
    { ASKS, kad_quorum_options, kad_once_options, lifetime_options },
    kad_cmd_put,
    KAD_PLACE_EITHER },
  { "get",
    "KEY",
    N_ ("Look a record up"),
    "get-record",
    { ASKS, net_options, kad_quorum_options },
    kad_cmd_words,
    KAD_PLACE_EITHER },
  { "provide",
    "[KEY...]",
    N_ ("Announce that this node provides keys: the service keeps them announced, a node of its "
        "own stays"),
    "start-provide",
    { ASKS, kad_once_options, kad_raw_key_options, lifetime_options, keys_options },
    kad_cmd_provide,
    KAD_PLACE_EITHER },
  { "unprovide",
    "KEY...",
    N_ ("End what was published with put, provide or advertise"),
    NULL,
    { SERVICE, kad_raw_key_options, all_options },
    kad_cmd_unprovide,
    KAD_PLACE_SERVICE },
  { "publications",
    "",
    N_ ("Show what the service keeps published"),
    NULL,
    { SERVICE, watch_options, long_options },
    kad_cmd_publications,
    KAD_PLACE_SERVICE },
  { "advertise",
    "NAMESPACE",
    N_ ("Say that this node is in a namespace, as go-libp2p does"),
    NULL,
    { ASKS, kad_once_options, lifetime_options },
    kad_cmd_advertise,
    KAD_PLACE_EITHER },
  { "discover",
    "NAMESPACE",
    N_ ("Find who is in a namespace, as go-libp2p does"),
    NULL,
    { ASKS, net_options, watch_options },
    kad_cmd_discover,
    KAD_PLACE_EITHER },
  { "find providers",
    "KEY",
    N_ ("Find who provides a key"),
    "get-providers",
    { ASKS, net_options, kad_raw_key_options },
    kad_cmd_words,
    KAD_PLACE_EITHER },
  { "find peer",
    "PEER",
    N_ ("Find the addresses of a peer"),
    "find-peer",
    { ASKS, net_options },
    kad_cmd_words,
    KAD_PLACE_EITHER },
  { "find closest",
    "KEY",
    N_ ("Find the peers closest to a key"),
    "closest-peers",
    { ASKS, net_options },
    kad_cmd_words,
    KAD_PLACE_EITHER },
  { "bootstrap",
    "",
    N_ ("Join a network and tell how it went"),
    "bootstrap",
    { ASKS },
    kad_cmd_words,
    KAD_PLACE_EITHER },
  { "table",
    "",
    N_ ("Show the routing table"),
    NULL,
    { ASKS, net_options, table_options, long_options },
    kad_cmd_table,
    KAD_PLACE_EITHER },
  { "peers",
    "",
    N_ ("Show the peers that the node knows"),
    NULL,
    { ASKS, net_options, peers_options, long_options },
    kad_cmd_peers,
    KAD_PLACE_EITHER },
  { "peer",
    "PEER",
    N_ ("Show all that is known of a peer"),
    NULL,
    { SERVICE },
    kad_cmd_peer,
    KAD_PLACE_SERVICE },
  { "queries",
    "",
    N_ ("Show the queries of all programs"),
    NULL,
    { SERVICE, watch_options, long_options },
    kad_cmd_queries,
    KAD_PLACE_SERVICE },
  { "query",
    "ID",
    N_ ("Show one query"),
    NULL,
    { SERVICE, query_options, long_options },
    kad_cmd_query,
    KAD_PLACE_SERVICE },
  { "records",
    "",
    N_ ("Show what the node holds for others"),
    NULL,
    { ASKS, records_options, long_options },
    kad_cmd_records,
    KAD_PLACE_EITHER },
  { "stats",
    "",
    N_ ("Show what the node has done, and how long it took"),
    NULL,
    { ASKS, stats_options },
    kad_cmd_stats,
    KAD_PLACE_EITHER },
  { "top",
    "",
    N_ ("Show the service on a whole screen, anew each second; q leaves"),
    NULL,
    { SERVICE },
    kad_cmd_top,
    KAD_PLACE_SERVICE },
  { "events",
    "",
    N_ ("Tell what happens in the node of the service, as it happens"),
    NULL,
    { kad_common_options, kad_service_options, events_options },
    kad_cmd_events,
    KAD_PLACE_SERVICE },
  { "connect",
    "ADDR",
    N_ ("Connect with a peer"),
    "dial",
    { SERVICE },
    kad_cmd_words,
    KAD_PLACE_SERVICE },
  { "disconnect",
    "PEER",
    N_ ("Close the connections with a peer"),
    "hang-up",
    { SERVICE },
    kad_cmd_words,
    KAD_PLACE_SERVICE },
  { "ping",
    "ADDR",
    N_ ("Measure the round trip to a peer"),
    "ping-peer",
    { ASKS },
    kad_cmd_words,
    KAD_PLACE_ANYWHERE },
  { "identify",
    "ADDR",
    N_ ("Show what a peer says of itself"),
    "show-identity",
    { ASKS },
    kad_cmd_words,
    KAD_PLACE_ANYWHERE },
  { "ask",
    "ADDR REQUEST [KEY] [VALUE|-]",
    N_ ("Send one request (find-node, get-value, put-value, get-providers, add-provider, ping) to "
        "one peer"),
    "ask",
    { ASKS, kad_raw_key_options },
    kad_cmd_ask,
    KAD_PLACE_ANYWHERE },
  { "run",
    "NAME [ARGUMENT...]",
    N_ ("Run any registered command; its options are --OPTION VALUE"),
    NULL,
    { ASKS },
    kad_cmd_run,
    KAD_PLACE_ANYWHERE },
  { "id parse",
    "STRING",
    N_ ("Tell what a CID, peer id, multihash, multiaddr or key is; works offline"),
    NULL,
    { kad_common_options },
    kad_cmd_id_parse },
  { "id convert",
    "STRING [FORM]",
    N_ ("Write an id in another form, or in all; works offline"),
    NULL,
    { kad_common_options },
    kad_cmd_id_convert },
  { "id distance",
    "A B",
    N_ ("Tell the XOR distance of two ids, and the bucket of A as B sees it; works offline"),
    NULL,
    { kad_common_options },
    kad_cmd_id_distance },
  { "play",
    "FILE|-",
    N_ ("Show a recording of what a node did; works offline"),
    NULL,
    { kad_common_options, kad_play_options },
    kad_cmd_play },
  { "completion",
    "SHELL",
    N_ ("Write a script that completes words, options and ids in bash, zsh or fish"),
    NULL,
    { kad_common_options },
    kad_cmd_completion,
    KAD_PLACE_HERE },
  { "help",
    "[NAME...]",
    N_ ("Show all commands, or one of them, with its options"),
    NULL,
    { kad_common_options, module_options },
    kad_cmd_help },
  { NULL },
};

const KadToolCommand *
kad_tool_list_commands (void)
{
  return commands;
}

const KadToolCommand *
kad_tool_find_command (const char *name)
{
  for (const KadToolCommand *command = commands; command->name != NULL; command++)
    if (g_str_equal (command->name, name))
      return command;
  return NULL;
}

void
kad_tool_advise (KadTool *tool, const GError *error)
{
  gboolean is_service = tool->command != NULL && tool->command->place != KAD_PLACE_HERE
                        && tool->arguments != NULL && !kad_runner_wants_own_node (tool);

  if (!is_service)
    return;
  if (g_error_matches (error, KAD_ERROR, KAD_ERROR_PAUSED))
    kad_output_note (tool->output, _ ("“kad resume” ends the pause"));
  else if (kad_exit_from_error (error) == KAD_EXIT_OFFLINE)
    kad_output_note (tool->output,
                     _ ("“kad doctor” says what is wrong; “kad connect ADDRESS” brings "
                        "this node together with one that you know"));
}

KadExit
kad_tool_fail (KadTool *tool, GError *error)
{
  KadExit code = kad_exit_from_error (error);
  const char *word = tool->arguments != NULL ? kad_arguments_get_word (tool->arguments, 0) : NULL;
  gboolean is_run = tool->command != NULL && tool->command->run == kad_cmd_run && word != NULL;

  kad_output_error (tool->output, error);
  if (code == KAD_EXIT_USAGE)
    {
      if (tool->command == NULL || g_error_matches (error, KAD_ERROR, KAD_ERROR_UNKNOWN_COMMAND))
        kad_output_note (tool->output, _ ("Try “kad help”"));
      else
        kad_output_note (tool->output, _ ("Try “kad help %s”"),
                         is_run ? word : tool->command->name);
    }
  kad_tool_advise (tool, error);
  g_error_free (error);
  return code;
}

KadExit
kad_tool_fail_start (KadTool *tool, GError *error)
{
  KadExit code = kad_exit_from_error (error);

  kad_output_error (tool->output, error);
  kad_tool_advise (tool, error);
  g_error_free (error);
  return code == KAD_EXIT_USAGE ? KAD_EXIT_ERROR : code;
}
