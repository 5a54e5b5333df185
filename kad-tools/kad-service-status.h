/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "kad-client.h"

G_BEGIN_DECLS

/* What the service says of itself and its node, under the names of the tool's JSON (`a{sv}`): the
 * properties of org.libkad.Kad1.Node in small letters. */
GVariant *kad_service_status_read (KadClient *client, GError **error);
/* One screen of it. */
void kad_service_status_print (KadOutput *output, GVariant *status);
/* A state, for people. */
const char *kad_service_status_translate (const char *state);

G_END_DECLS
