/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <kad.h>
#include <sys/un.h>

#define EXAMPLE_TYPE_UNIX_LISTENER (example_unix_listener_get_type ())

G_DECLARE_FINAL_TYPE (ExampleUnixListener, example_unix_listener, EXAMPLE, UNIX_LISTENER,
                      KadListener)

void example_unix_listener_register (GTypeModule *module);
/* The code of an error: a want of descriptors or memory is told apart, since it passes. */
KadError example_unix_get_code (int number, KadError otherwise);
KadListener *example_unix_listener_new (KadMultiaddr *address, const struct sockaddr_un *name,
                                        GError **error);
