/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

int kad_alphabet_digit (const char *alphabet, char c, gboolean any_case);

G_END_DECLS
