<?php

/*
 * Runs before each script of a PHP site in an audit, by auto_prepend_file: sends through the audit's proxy what PHP's own
 * settings do not. Runs on PHP 7.2 and newer.
 */

namespace TtqConformance;

/** PHP's http and https streams through the proxy, with its authority, whatever context the site passes. */
final class ProxiedStream implements \ArrayAccess, \Countable, \IteratorAggregate
{
    /** Set by PHP: the context that the site passes, or null. */
    public $context;

    private $stream;
    private $headers = [];

    public static function register(): void
    {
        foreach (['http', 'https'] as $scheme) {
            \stream_wrapper_unregister($scheme);
            \stream_wrapper_register($scheme, self::class, \STREAM_IS_URL);
        }
    }

    public static function restore(): void
    {
        \stream_wrapper_restore('http');
        \stream_wrapper_restore('https');
    }

    public function stream_open($path, $mode, $options, &$opened): bool
    {
        $isReported = ($options & \STREAM_REPORT_ERRORS) !== 0;
        $context = $this->proxied($path);
        self::restore();
        try {
            $this->stream = $isReported
                ? \fopen($path, $mode, false, $context)
                : @\fopen($path, $mode, false, $context);
        } finally {
            self::register();
        }
        // PHP sets it in the function that calls fopen, which is this one.
        $this->headers = $http_response_header ?? [];
        $GLOBALS['http_response_header'] = $this->headers;
        return $this->stream !== false;
    }

    private function proxied(string $path)
    {
        $context = $this->context ?? \stream_context_get_default();
        $options = \stream_context_get_options($context);
        $scheme = \strtolower((string) \parse_url($path, \PHP_URL_SCHEME));
        if (!isDirect((string) \parse_url($path, \PHP_URL_HOST))) {
            $options['http']['proxy'] = \preg_replace('/^http:/', 'tcp:', \get_cfg_var('ttq_conformance.proxy'));
            $options['http']['request_fulluri'] = $scheme === 'http';
        }
        $options['ssl']['cafile'] = \get_cfg_var('ttq_conformance.bundle');
        unset($options['ssl']['capath']);
        $params = \stream_context_get_params($context);
        unset($params['options']);
        return \stream_context_create($options, $params);
    }

    public function stream_read($count)
    {
        return \fread($this->stream, $count);
    }

    public function stream_write($data)
    {
        return \fwrite($this->stream, $data);
    }

    public function stream_eof(): bool
    {
        return \feof($this->stream);
    }

    public function stream_stat()
    {
        return \fstat($this->stream);
    }

    public function stream_close(): void
    {
        \fclose($this->stream);
    }

    public function stream_cast($as)
    {
        return $this->stream;
    }

    public function stream_set_option($option, $first, $second): bool
    {
        if ($option === \STREAM_OPTION_BLOCKING) {
            return \stream_set_blocking($this->stream, (bool) $first);
        }
        if ($option === \STREAM_OPTION_READ_TIMEOUT) {
            return \stream_set_timeout($this->stream, $first, $second);
        }
        return false;
    }

    /* A list of header lines, as in wrapper_data of stream_get_meta_data. */

    #[\ReturnTypeWillChange]
    public function getIterator()
    {
        return new \ArrayIterator($this->headers);
    }

    public function count(): int
    {
        return \count($this->headers);
    }

    public function offsetExists($index): bool
    {
        return isset($this->headers[$index]);
    }

    #[\ReturnTypeWillChange]
    public function offsetGet($index)
    {
        return $this->headers[$index] ?? null;
    }

    public function offsetSet($index, $value): void
    {
    }

    public function offsetUnset($index): void
    {
    }
}

/** Whether a host is reached without the proxy. */
function isDirect(string $host): bool
{
    $host = \strtolower(\trim($host, '[]'));
    foreach (\explode(',', (string) \get_cfg_var('ttq_conformance.direct')) as $name) {
        $domain = '.' . \ltrim($name, '.');
        if ($host === \ltrim($name, '.') || \substr($host, -\strlen($domain)) === $domain) {
            return true;
        }
    }
    return false;
}

/** For curl, if a process manager keeps the variables from PHP. */
function setVariables(): void
{
    $proxy = \get_cfg_var('ttq_conformance.proxy');
    $direct = \get_cfg_var('ttq_conformance.direct');
    $variables = ['HTTPS_PROXY' => $proxy, 'https_proxy' => $proxy, 'http_proxy' => $proxy];
    foreach ($variables + ['NO_PROXY' => $direct, 'no_proxy' => $direct] as $name => $value) {
        \putenv("$name=$value");
    }
}

if (\get_cfg_var('ttq_conformance.proxy')) {
    setVariables();
    if (\ini_get('allow_url_fopen')) {
        ProxiedStream::register();
    }
    // WordPress gives its clients its own authorities. Hooks that are set before it loads are kept.
    $GLOBALS['wp_filter']['http_request_args'][\PHP_INT_MAX][] = [
        'function' => function ($arguments) {
            $arguments['sslcertificates'] = \get_cfg_var('ttq_conformance.bundle');
            return $arguments;
        },
        'accepted_args' => 1,
    ];
}
