/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "kad-show-reachability-command.h"

#include <glib/gi18n-lib.h>

/**
 * KadShowReachabilityCommand:
 *
 * Gives whether others can reach this node, and how that is known: one result, done at once.
 *
 * `state` is `public` (somebody came from outside), `private`, `unknown`, or `local` (off the
 * public network, where it does not matter). `why` is `inbound-from-outside`, `not-listening`,
 * `behind-router` (others see us at an address that this machine does not have), `nobody-came` or
 * `listening`. The facts: `listening` addresses, how many of them are global (`listening_global`),
 * the `observed_address` if there is one and how many peers say so (`observers`), connections that
 * came to us (`inbound`), those from global addresses (`inbound_from_outside`) and when the last of
 * them did (`last_from_outside_us`, since 1970), and whether this machine has a network at all
 * (`online`).
 */
struct _KadShowReachabilityCommand
{
  KadCommandHandler parent_instance;
};

G_DEFINE_FINAL_TYPE (KadShowReachabilityCommand, kad_show_reachability_command,
                     KAD_TYPE_COMMAND_HANDLER)

static void
run (KadCommandHandler *handler, KadSwarm *swarm)
{
  kad_command_handler_report (handler, kad_swarm_dup_reachability (swarm));
  if (!kad_command_handler_is_done (handler))
    kad_command_handler_finish (handler, NULL);
}

static void
kad_show_reachability_command_class_init (KadShowReachabilityCommandClass *klass)
{
  KadCommandHandlerClass *command_class = KAD_COMMAND_HANDLER_CLASS (klass);

  command_class->summary = N_ ("Show whether others can reach this node, and why");
  command_class->broadcasts = KAD_EVENT_BITS_OWN;
  command_class->run = run;
}

static void
kad_show_reachability_command_init (KadShowReachabilityCommand *self)
{
}
