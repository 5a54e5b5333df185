/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "kad-command-handler.h"
#include "kad-publication-row.h"

G_BEGIN_DECLS

/* Options that the commands of publications share. */

/* @text: (nullable): "provider", which is the default, or "record". */
gboolean kad_publication_options_parse_kind (const char *text, KadPublicationKind *kind,
                                             GError **error);
/* For KadCommandHandlerClass.find_key_use(): by the option `kind`. */
KadKeyUse kad_publication_options_find_key_use (GVariant *options);
/* @tag: (nullable) */
gboolean kad_publication_options_check_tag (const char *tag, GError **error);

G_END_DECLS
