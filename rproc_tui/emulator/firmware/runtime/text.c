/* Memory and text without a C library. */
#include "runtime.h"

void *memcpy(void *to, const void *from, size_t size)
{
	unsigned char *target = to;
	const unsigned char *source = from;

	while (size--)
		*target++ = *source++;
	return to;
}

void *memset(void *to, int value, size_t size)
{
	unsigned char *target = to;

	while (size--)
		*target++ = (unsigned char)value;
	return to;
}

int text_equal(const char *left, const char *right)
{
	while (*left && *left == *right)
		left++, right++;
	return *left == *right;
}

struct output {
	char *at, *end;
};

static void put(struct output *output, char character)
{
	if (output->at < output->end)
		*output->at++ = character;
}

static void put_number(struct output *output, uint32_t value, uint32_t base, unsigned width, char fill)
{
	char digits[10];
	unsigned count = 0;

	do {
		digits[count++] = "0123456789abcdef"[value % base];
		value /= base;
	} while (value);
	while (width > count)
		put(output, fill), width--;
	while (count)
		put(output, digits[--count]);
}

static void put_signed(struct output *output, int32_t value, unsigned width, char fill)
{
	if (value < 0) {
		put(output, '-');
		value = -value;
	}
	put_number(output, (uint32_t)value, 10, width, fill);
}

size_t format(char *buffer, size_t size, const char *pattern, va_list arguments)
{
	struct output output = {buffer, buffer + size - 1};

	for (; *pattern; pattern++) {
		unsigned width = 0;
		char fill = ' ';

		if (*pattern != '%') {
			put(&output, *pattern);
			continue;
		}
		if (*++pattern == '0')
			fill = '0';
		for (; *pattern >= '0' && *pattern <= '9'; pattern++)
			width = width * 10 + (unsigned)(*pattern - '0');
		switch (*pattern) {
		case 's':
			for (const char *text = va_arg(arguments, const char *); *text; text++)
				put(&output, *text);
			break;
		case 'c':
			put(&output, (char)va_arg(arguments, int));
			break;
		case 'u':
			put_number(&output, va_arg(arguments, uint32_t), 10, width, fill);
			break;
		case 'x':
			put_number(&output, va_arg(arguments, uint32_t), 16, width, fill);
			break;
		case 'd':
			put_signed(&output, va_arg(arguments, int32_t), width, fill);
			break;
		default:
			put(&output, *pattern);
		}
	}
	*output.at = '\0';
	return (size_t)(output.at - buffer);
}

size_t format_text(char *buffer, size_t size, const char *pattern, ...)
{
	va_list arguments;

	va_start(arguments, pattern);
	size_t length = format(buffer, size, pattern, arguments);
	va_end(arguments);
	return length;
}
