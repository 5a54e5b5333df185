/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "kad-transport.h"

G_BEGIN_DECLS

/* The transport under test, as the command line names it. One a process. */
typedef struct
{
  char *module;    /* (nullable) path */
  char *transport; /* (nullable) name */
  char *listen;    /* multiaddr */
  char **options;  /* (nullable) NAME=VALUE */
  char **foreign;  /* (nullable) multiaddrs that it has to refuse */
  gboolean without_half_close;

  GType type;
  /* What a look at one connection has shown. */
  gboolean has_bytes;       /* no KadSecureConnection */
  gboolean has_descriptors; /* a connection needs some */
  gboolean is_ip;           /* it listens on an address of IP, and a port of TCP */
} Subject;

extern Subject subject;

/* Loads it. */
gboolean subject_load (GError **error);
/* Sets the properties that --option names. */
KadTransport *subject_new_transport (GError **error);

G_END_DECLS
