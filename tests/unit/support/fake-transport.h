/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "kad-transport.h"

G_BEGIN_DECLS

/* A transport that takes addresses with tcp in them. What becomes of a dial is written in the port:
 * 1 connects, 2 is refused at once, 3 never ends until it is cancelled. */
#define FAKE_TYPE_TRANSPORT (fake_transport_get_type ())
G_DECLARE_FINAL_TYPE (FakeTransport, fake_transport, FAKE, TRANSPORT, KadTransport)

struct _FakeTransport
{
  KadTransport parent_instance;

  gboolean takes_names;
  GString *dialled; /* addresses in the order of the attempts, a space behind each */
  guint n_cancelled;
};

/* (element-type KadMultiaddr) of texts with spaces between them */
GPtrArray *fake_addresses (const char *texts);

/* A resolver that knows what the test tells it. */
#define FAKE_TYPE_RESOLVER (fake_resolver_get_type ())
G_DECLARE_FINAL_TYPE (FakeResolver, fake_resolver, FAKE, RESOLVER, GResolver)

struct _FakeResolver
{
  GResolver parent_instance;

  GHashTable *hosts; /* name -> "address address" */
  GHashTable *texts; /* name -> "text text" */
  guint n_lookups;
};

G_END_DECLS
