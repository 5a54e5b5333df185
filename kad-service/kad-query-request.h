/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

#include "kad-dual-run.h"

G_BEGIN_DECLS

#define KAD_MAX_CALL_KEY_BYTES 4096
#define KAD_MAX_CALL_OPTIONS_BYTES (1024 * 1024)
#define KAD_MAX_HANDLE_TOKEN_BYTES 64

/* What a caller asks for: a registered command with its options, checked so that it can run, and
 * what a query object needs to know besides. */
typedef struct
{
  char *kind; /* as the caller said */
  char *key;  /* likewise, "" for none */
  char *command;
  GVariant *options; /* of the command */
  GBytes *key_bytes; /* (nullable) as on the wire */
  char *token;       /* (nullable) that the caller wants */
  gboolean is_traced;
  gboolean is_detached;
  gboolean no_start;
  KadNets nets;
  gboolean asks_network; /* it is no use before the node has joined */
} KadQueryRequest;

/* Of PrepareQuery() and the one-shot forms: data/org.libkad.Kad1.Routing.xml says what @kind, @key
 * and @options mean. Errors: UnknownCommand, InvalidKey, InvalidArgument, NotSupported and those of
 * the command. */
KadQueryRequest *kad_query_request_new (const char *kind, const char *key, GVariant *options,
                                        GError **error);
/* Of Run(): every option but "no-start" is the command's. @options: (nullable) */
KadQueryRequest *kad_query_request_new_run (const char *command, GVariant *options, GError **error);
/* Of what is no command, but has a query object: it needs a source. */
KadQueryRequest *kad_query_request_new_job (const char *kind, gboolean no_start);
void kad_query_request_free (KadQueryRequest *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (KadQueryRequest, kad_query_request_free)

G_END_DECLS
