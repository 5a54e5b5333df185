/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

#include "kad-error.h"

G_BEGIN_DECLS

/* What an error of the bus or of GIO, of a call to the service, means in our own words;
 * KAD_ERROR_FAILED if it means nothing special. */
KadError kad_call_error_get_meaning (const GError *error);

G_END_DECLS
