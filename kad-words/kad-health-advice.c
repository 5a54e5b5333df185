/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "kad-health-advice.h"

#include <glib/gi18n.h>

/* A sentence for each KAD_ADVICE_* of kad-health-checks.h, and for those of the service. */
static const struct
{
  const char *advice, *text;
} advices[] = {
  { "avahi",
    N_ ("Install Avahi (the package avahi-daemon) and start it, or name a node to join.") },
  { "connect", N_ ("Connect this machine to a network.") },
  { "data-folder", N_ ("Make the folder of the node, and let the node write in it; it may be "
                       "another user's, or on a disk that is mounted read-only.") },
  { "disk-space", N_ ("Make room on the disk, or put the folder of the node on another one.") },
  { "forward-port", N_ ("Others see this node behind a router: let the router forward the port, or "
                        "go on as a client.") },
  { "join", N_ ("Bring this node together with one of the network: “kad connect ADDRESS”, or "
                "--join ADDRESS without the service; or let others join this one.") },
  { "listen", N_ ("Let the node listen on an address (--listen), or make it a client.") },
  { "modules", N_ ("See “kad run show-modules”, and install the modules that failed again.") },
  { "more-peers", N_ ("In a network of a few nodes this is all there is; else wait for the node to "
                      "find others, or join through more of them.") },
  { "nobody-near",
    N_ ("Start Kad on another machine of this network: it is found by itself. If it is "
        "not, check that the firewalls let mDNS through (UDP, port 5353).") },
  { "not-stored", N_ ("Look at the clocks, limits and disks of the other nodes.") },
  { "resume", N_ ("End the pause: “kad resume”.") },
  { "set-clock", N_ ("Set the clock, best from the network; records are dropped by their age.") },
  { "settings", N_ ("Change the settings that cannot be used: “kad config”.") },
  { "silent-peers", N_ ("Check that a firewall lets the node out; peers that are gone are given up "
                        "in some minutes.") },
  { "slow", N_ ("Check the load of this machine and its network.") },
  { "start", N_ ("Do something about what the error says, and start the node again: “kad up”.") },
  { "wait-for-inbound", N_ ("Nobody came from outside yet. If it stays so, check that a firewall "
                            "lets others in.") },
};

const char *
kad_health_advice_get (const char *advice)
{
  for (guint i = 0; i < G_N_ELEMENTS (advices); i++)
    if (g_str_equal (advices[i].advice, advice))
      return _ (advices[i].text);
  return NULL;
}
