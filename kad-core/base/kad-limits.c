/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Every limit of a node that can be set, once: its name, what it bounds, and its range. What a
 * peer can make a node hold, keep open or do is bounded by one of these or by a constant KAD_MAX_*
 * beside the type. DESIGN.md shows both in one table. */
#include <glib/gi18n-lib.h>
#include <string.h>

#include "kad-error.h"
#include "kad-limit-values.h"

#define MIB (G_GUINT64_CONSTANT (1024) * 1024)

static const KadLimitInfo table[KAD_N_LIMITS] = {
  [KAD_LIMIT_CONNECTIONS]
  = { "connections", N_ ("connections"),
      N_ ("All connections, also those not proven yet; at it the least useful gives way, or the "
          "newcomer is refused"),
      8192, 1, 1000000 },
  [KAD_LIMIT_CONNECTIONS_PER_PEER]
  = { "connections-per-peer", N_ ("connections"), N_ ("Connections with one peer; more are closed"),
      8, 1, 1024 },
  [KAD_LIMIT_CONNECTIONS_PER_ADDRESS]
  = { "connections-per-address", N_ ("connections"),
      N_ ("Connections with one IPv4 address or IPv6 /64; more from there are refused"), 64, 1,
      1000000 },
  [KAD_LIMIT_CONNECTIONS_PER_SUBNET]
  = { "connections-per-subnet", N_ ("connections"),
      N_ ("Connections with one IPv4 /24 or IPv6 /56; more from there are refused"), 256, 1,
      1000000 },
  [KAD_LIMIT_HALF_OPEN]
  = { "half-open", N_ ("connections"),
      N_ ("Connections from outside whose peer is not proven yet; the oldest is closed"), 1024, 1,
      100000 },
  [KAD_LIMIT_HALF_OPEN_PER_SUBNET]
  = { "half-open-per-subnet", N_ ("connections"),
      N_ ("Such connections from one IPv4 /24 or IPv6 /56; the oldest from there is closed"), 64, 1,
      100000 },
  [KAD_LIMIT_LOOPBACK_EXEMPT]
  = { "loopback-exempt", N_ ("(0: no, 1: yes)"),
      N_ ("Whether loopback is free of the limits by address"), 1, 0, 1 },
  [KAD_LIMIT_PRIVATE_EXEMPT]
  = { "private-exempt", N_ ("(0: no, 1: yes)"),
      N_ ("Whether private and link-local addresses are free of the limits by address"), 1, 0, 1 },
  [KAD_LIMIT_HIGH_WATER]
  = { "high-water", N_ ("connections"),
      N_ ("Above it the least useful connections are closed, down to low-water"), 6144, 1,
      1000000 },
  [KAD_LIMIT_LOW_WATER] = { "low-water", N_ ("connections"),
                            N_ ("What closing above high-water leaves"), 5120, 1, 1000000 },
  [KAD_LIMIT_GRACE_PERIOD]
  = { "grace-period", N_ ("s"), N_ ("How long a new connection is not closed for high-water"), 20,
      0, 3600 },
  [KAD_LIMIT_STREAMS]
  = { "streams", N_ ("streams"),
      N_ ("Streams that remotes opened, on all connections; more are reset"), 65536, 1, 10000000 },
  [KAD_LIMIT_STREAMS_PER_CONNECTION]
  = { "streams-per-connection", N_ ("streams"),
      N_ ("Streams that the remote opened on one connection; more are reset"), 512, 1, 512 },
  [KAD_LIMIT_HELD_BYTES] = { "held-bytes", N_ ("bytes"),
                             N_ ("Bytes that all connections hold, unread and unsent; above it "
                                 "those with the most are closed"),
                             128 * MIB, MIB, 65536 * MIB },
  [KAD_LIMIT_UNREAD_BYTES_PER_CONNECTION]
  = { "unread-bytes-per-connection", N_ ("bytes"),
      N_ ("Bytes received on one connection and not handled; above it the connection is closed"),
      16 * MIB, MIB, 1024 * MIB },
  [KAD_LIMIT_OUTPUT_BYTES_PER_CONNECTION]
  = { "output-bytes-per-connection", N_ ("bytes"),
      N_ ("Sealed bytes that wait for one socket; above it we stop reading from it"), 2 * MIB,
      65536, 1024 * MIB },
  [KAD_LIMIT_ASSEMBLY_BYTES]
  = { "assembly-bytes", N_ ("bytes"),
      N_ ("Bytes of large messages that have come in part; above it the stream is reset"), 32 * MIB,
      4 * MIB, 65536 * MIB },
  [KAD_LIMIT_REPLIES_WAITING]
  = { "replies-waiting", N_ ("requests"),
      N_ ("Requests whose replies wait for remotes that do not read, in all; more are reset"),
      16384, 1, 1000000 },
  [KAD_LIMIT_REPLIES_WAITING_PER_CONNECTION]
  = { "replies-waiting-per-connection", N_ ("requests"),
      N_ ("Such requests of one connection; more are reset"), 128, 1, 512 },
  [KAD_LIMIT_TURN_TIME]
  = { "turn-time", N_ ("us"),
      N_ ("Work for one connection before the others have their turn; the rest waits"), 250, 50,
      1000000 },
  [KAD_LIMIT_REQUEST_RATE] = { "request-rate", N_ ("requests/s"),
                               N_ ("Requests of one connection that are answered in a second; the "
                                   "rest waits; 0 for no limit"),
                               0, 0, 1000000 },
  [KAD_LIMIT_DIALS]
  = { "dials", N_ ("dials"), N_ ("Dials under way; more are refused"), 1024, 1, 100000 },
  [KAD_LIMIT_DIALS_PER_ADDRESS] = { "dials-per-address", N_ ("dials/min"),
                                    N_ ("Dials in a minute of one host and port that is not "
                                        "proven, on the word of one peer; as many "
                                        "again on that of two"),
                                    2, 1, 64 },
  [KAD_LIMIT_RECORDS]
  = { "records", N_ ("records"), N_ ("Value records held; the farthest from this node makes room"),
      65536, 1, 16777216 },
  [KAD_LIMIT_RECORD_BYTES] = { "record-bytes", N_ ("bytes"),
                               N_ ("Memory of all value records, 256 bytes each beside their own"),
                               67108864, 65536, G_GUINT64_CONSTANT (1) << 40 },
  [KAD_LIMIT_RECORDS_PER_PEER]
  = { "records-per-peer", N_ ("records"),
      N_ ("Value records that one peer has put here; more are refused"), 4096, 1, 16777216 },
  [KAD_LIMIT_RECORD_BYTES_PER_PEER]
  = { "record-bytes-per-peer", N_ ("bytes"),
      N_ ("Memory of what one peer has put here; more is refused"), 4194304, 1024,
      G_GUINT64_CONSTANT (1) << 40 },
  [KAD_LIMIT_PUTS_PER_PEER]
  = { "puts-per-peer", N_ ("requests/s"),
      N_ ("Value records that one peer may put, over 16 s; more are refused"), 100, 1, 1000000 },
  [KAD_LIMIT_PROVIDER_RECORDS]
  = { "provider-records", N_ ("records"),
      N_ ("Provider records held; the farthest from this node makes room"), 1000000, 1, 100000000 },
  [KAD_LIMIT_PROVIDER_BYTES] = { "provider-bytes", N_ ("bytes"),
                                 N_ ("Memory of all provider records; the farthest makes room"),
                                 268435456, 65536, G_GUINT64_CONSTANT (1) << 40 },
  [KAD_LIMIT_PROVIDER_RECORDS_PER_PEER]
  = { "provider-records-per-peer", N_ ("records"),
      N_ ("Provider records of one peer; more are refused, renewing is not"), 65536, 1, 100000000 },
  [KAD_LIMIT_PROVIDER_BYTES_PER_PEER]
  = { "provider-bytes-per-peer", N_ ("bytes"), N_ ("Memory of the provider records of one peer"),
      16777216, 1024, G_GUINT64_CONSTANT (1) << 40 },
  [KAD_LIMIT_PROVIDES_PER_PEER]
  = { "provides-per-peer", N_ ("requests/s"),
      N_ ("Provider records that one peer may add, over 16 s; more are refused"), 5000, 1,
      1000000 },
  [KAD_LIMIT_KNOWN_PEERS]
  = { "known-peers", N_ ("peers"),
      N_ ("Peers remembered that are neither connected nor in the table; the oldest is forgotten"),
      8192, 1, 1000000 },
  [KAD_LIMIT_KNOWN_PEER_AGE]
  = { "known-peer-age", N_ ("s"), N_ ("For how long a peer is remembered that nobody deals with"),
      86400, 1, 172800 },
  [KAD_LIMIT_IP_GROUP_PER_BUCKET]
  = { "ip-group-per-bucket", N_ ("peers"),
      N_ ("Peers of one IPv4 /16 or IPv6 /32 in a bucket on a public network; 0: any number"), 2, 0,
      1024 },
  [KAD_LIMIT_IP_GROUP_PER_TABLE]
  = { "ip-group-per-table", N_ ("peers"),
      N_ ("Peers of one IPv4 /16 or IPv6 /32 in the table on a public network; 0: any number"), 3,
      0, 1024 },
  [KAD_LIMIT_IP_GROUP_LOCAL]
  = { "ip-group-local", N_ ("(0: no, 1: yes)"),
      N_ ("Whether loopback and private addresses are counted in IP groups, too"), 0, 0, 1 },
  [KAD_LIMIT_LOW_PORTS]
  = { "low-ports", N_ ("(0: no, 1: yes)"),
      N_ ("Whether ports below 1024 that others name are used on a public network"), 0, 0, 1 },
};

/**
 * kad_limit_get_info:
 * @index: from 0
 *
 * Returns: (nullable) (transfer none): the limit at that place of the table
 */
const KadLimitInfo *
kad_limit_get_info (guint index)
{
  return index < KAD_N_LIMITS ? &table[index] : NULL;
}

/**
 * kad_limit_find:
 * @name: a limit's name
 *
 * Returns: (nullable) (transfer none): the limit of that name
 */
const KadLimitInfo *
kad_limit_find (const char *name)
{
  for (guint i = 0; i < KAD_N_LIMITS; i++)
    if (g_str_equal (table[i].name, name))
      return &table[i];
  return NULL;
}

void
kad_limits_init (KadLimits *self)
{
  for (guint i = 0; i < KAD_N_LIMITS; i++)
    self->values[i] = table[i].fallback;
}

gboolean
kad_limits_set (KadLimits *self, const char *name, guint64 value, GError **error)
{
  const KadLimitInfo *info = kad_limit_find (name);

  if (info == NULL)
    {
      g_set_error (error, KAD_ERROR, KAD_ERROR_INVALID_ARGUMENT, "No limit is called \"%s\"", name);
      return FALSE;
    }
  if (value < info->minimum || value > info->maximum)
    {
      g_set_error (error, KAD_ERROR, KAD_ERROR_INVALID_ARGUMENT,
                   "The limit %s is from %" G_GUINT64_FORMAT " to %" G_GUINT64_FORMAT
                   " %s, not %" G_GUINT64_FORMAT,
                   name, info->minimum, info->maximum, info->unit, value);
      return FALSE;
    }
  self->values[info - table] = value;
  return TRUE;
}
