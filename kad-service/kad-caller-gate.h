/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

#include "kad-caller-identity.h"

G_BEGIN_DECLS

/* What a caller in a sandbox may do: its own queries and publications, and what harms nobody to
 * know. One table has all methods and properties; what is not in it is refused. Any thread. */

typedef enum
{
  KAD_GATE_PASS,
  KAD_GATE_REFUSE,    /* NotAuthorized */
  KAD_GATE_NO_OBJECT, /* it is somebody else's, which looks as if it were not there */
} KadGateVerdict;

/* Of a method call. @token: as kad_caller_get_token(), NULL on our own socket, where there are no
 * objects of other callers. The host passes. */
KadGateVerdict kad_caller_gate_judge (const KadCallerIdentity *identity, const char *token,
                                      GDBusMessage *call);
/* Whether it may read a property. @interface: without "org.libkad.Kad1." */
gboolean kad_caller_gate_may_read (const KadCallerIdentity *identity, const char *interface,
                                   const char *property);
/* Whether it may hear what is told of an object. */
gboolean kad_caller_gate_may_hear (const KadCallerIdentity *identity, const char *path);
/* The folders that it sees below a path that is not its own; NULL: that is no such folder. The
 * answer to Introspect(). */
char *kad_caller_gate_dup_folder_xml (const KadCallerIdentity *identity, const char *token,
                                      const char *path);
/* The options of a query without those that are not for it. NotAuthorized: it requires one of them,
 * or the kind is not for it. */
GVariant *kad_caller_gate_filter_query (const KadCallerIdentity *identity, const char *kind,
                                        GVariant *options, GError **error);

/* The table, for tests: "Interface.Method" and "Interface:Property". NULL: past its end. */
const char *kad_caller_gate_get_entry (guint n, gboolean *is_allowed);

G_END_DECLS
