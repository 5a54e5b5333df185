/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "kad-commands.h"

#include "kad-ask-command.h"
#include "kad-bootstrap-command.h"
#include "kad-check-health-command.h"
#include "kad-closest-peers-command.h"
#include "kad-dial-command.h"
#include "kad-find-peer-command.h"
#include "kad-free-memory-command.h"
#include "kad-get-providers-command.h"
#include "kad-get-record-command.h"
#include "kad-hang-up-command.h"
#include "kad-keep-quiet-command.h"
#include "kad-ping-peer-command.h"
#include "kad-protect-peer-command.h"
#include "kad-provide-many-command.h"
#include "kad-publish-command.h"
#include "kad-put-record-command.h"
#include "kad-refresh-publication-command.h"
#include "kad-remove-record-command.h"
#include "kad-renew-command.h"
#include "kad-set-mode-command.h"
#include "kad-show-buckets-command.h"
#include "kad-show-connections-command.h"
#include "kad-show-identity-command.h"
#include "kad-show-modules-command.h"
#include "kad-show-providers-command.h"
#include "kad-show-publications-command.h"
#include "kad-show-queries-command.h"
#include "kad-show-reachability-command.h"
#include "kad-show-records-command.h"
#include "kad-show-stats-command.h"
#include "kad-show-table-command.h"
#include "kad-start-provide-command.h"
#include "kad-stop-provide-command.h"
#include "kad-unprotect-peer-command.h"
#include "kad-unpublish-command.h"
#include "kad-command-registry.h"

/* The one list of what comes with libkad. */
static const struct
{
  const char *name;
  GType (*get_type) (void);
} commands[] = {
  { "ask", kad_ask_command_get_type },
  { "bootstrap", kad_bootstrap_command_get_type },
  { "check-health", kad_check_health_command_get_type },
  { "closest-peers", kad_closest_peers_command_get_type },
  { "dial", kad_dial_command_get_type },
  { "find-peer", kad_find_peer_command_get_type },
  { "free-memory", kad_free_memory_command_get_type },
  { "get-providers", kad_get_providers_command_get_type },
  { "get-record", kad_get_record_command_get_type },
  { "hang-up", kad_hang_up_command_get_type },
  { "keep-quiet", kad_keep_quiet_command_get_type },
  { "ping-peer", kad_ping_peer_command_get_type },
  { "protect-peer", kad_protect_peer_command_get_type },
  { "provide-many", kad_provide_many_command_get_type },
  { "publish", kad_publish_command_get_type },
  { "put-record", kad_put_record_command_get_type },
  { "refresh-publication", kad_refresh_publication_command_get_type },
  { "remove-record", kad_remove_record_command_get_type },
  { "renew", kad_renew_command_get_type },
  { "set-mode", kad_set_mode_command_get_type },
  { "show-buckets", kad_show_buckets_command_get_type },
  { "show-connections", kad_show_connections_command_get_type },
  { "show-identity", kad_show_identity_command_get_type },
  { "show-modules", kad_show_modules_command_get_type },
  { "show-providers", kad_show_providers_command_get_type },
  { "show-publications", kad_show_publications_command_get_type },
  { "show-queries", kad_show_queries_command_get_type },
  { "show-reachability", kad_show_reachability_command_get_type },
  { "show-records", kad_show_records_command_get_type },
  { "show-stats", kad_show_stats_command_get_type },
  { "show-table", kad_show_table_command_get_type },
  { "start-provide", kad_start_provide_command_get_type },
  { "stop-provide", kad_stop_provide_command_get_type },
  { "unprotect-peer", kad_unprotect_peer_command_get_type },
  { "unpublish", kad_unpublish_command_get_type },
};

/**
 * kad_commands_register:
 *
 * Registers the commands that come with libkad. Safe to call often and from any
 * thread. Where somebody took one of the names before, the name stays with them, with
 * a warning.
 */
void
kad_commands_register (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (commands); i++)
    {
      g_autoptr (GError) error = NULL;

      if (!kad_command_registry_add (commands[i].name, commands[i].get_type (), &error))
        g_warning ("%s", error->message);
    }
}
