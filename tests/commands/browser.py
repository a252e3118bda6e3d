# SPDX-License-Identifier: Apache-2.0
"""browser.py - a Chromium without a window, driven over a pipe by its DevTools protocol"""
import base64
import json
import os
import select
import shutil
import subprocess
import tempfile
import time


def executable():
    return next((p for p in map(shutil.which, ('chromium', 'chromium-browser', 'google-chrome')) if p), None)


class Browser:
    def __init__(self, width=1400, height=1000):
        self.folder = tempfile.mkdtemp(prefix='cicerone-browser-')
        to_read, self.to = os.pipe()
        self.back, from_write = os.pipe()
        # The browser reads descriptor 3 and writes descriptor 4.
        command = [executable(), '--headless=new', '--no-sandbox', '--disable-gpu', '--disable-dev-shm-usage', '--no-first-run',
                   '--disable-background-networking', '--remote-debugging-pipe', f'--user-data-dir={self.folder}',
                   f'--window-size={width},{height}', 'about:blank']
        wired = ['sh', '-c', f'exec "$@" 3<&{to_read} 4>&{from_write}', 'sh', *command]
        self.process = subprocess.Popen(wired, pass_fds=(to_read, from_write), stdin=subprocess.DEVNULL,
                                        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        os.close(to_read)
        os.close(from_write)
        self.buffer, self.number, self.events, self.session = b'', 0, [], None
        target = self.call('Target.createTarget', url='about:blank')['targetId']
        self.session = self.call('Target.attachToTarget', targetId=target, flatten=True)['sessionId']
        for domain in ('Page', 'Runtime', 'Log', 'Network', 'Security'):
            self.call(domain + '.enable')
        self.call('Emulation.setDeviceMetricsOverride', width=width, height=height, deviceScaleFactor=1, mobile=False)

    def receive(self, timeout=60):
        until = time.monotonic() + timeout
        while b'\0' not in self.buffer:
            ready, _, _ = select.select([self.back], [], [], max(0, until - time.monotonic()))
            data = os.read(self.back, 1 << 20) if ready else b''
            if not data:
                raise RuntimeError('the browser does not answer')
            self.buffer += data
        message, self.buffer = self.buffer.split(b'\0', 1)
        return json.loads(message)

    def call(self, method, **parameters):
        self.number += 1
        message = {'id': self.number, 'method': method, 'params': parameters}
        if self.session:
            message['sessionId'] = self.session
        data = json.dumps(message).encode() + b'\0'
        while data:
            data = data[os.write(self.to, data):]
        while True:
            answer = self.receive()
            if answer.get('id') == self.number:
                if 'error' in answer:
                    raise RuntimeError(f'{method}: {answer["error"]}')
                return answer['result']
            self.events.append(answer)

    def seen(self, method):
        return [e['params'] for e in self.events if e.get('method') == method]

    def open(self, url):
        self.events.clear()
        self.call('Page.navigate', url=url)
        until = time.monotonic() + 60
        while not self.seen('Page.loadEventFired'):
            self.events.append(self.receive(until - time.monotonic()))
        self.settle()

    def settle(self):
        """Until the page has drawn what it was asked for."""
        self.run('new Promise(done => requestAnimationFrame(() => requestAnimationFrame(() => done(0))))')

    def run(self, expression):
        answer = self.call('Runtime.evaluate', expression=expression, returnByValue=True, awaitPromise=True)
        if 'exceptionDetails' in answer:
            raise RuntimeError(f'{expression}: {answer["exceptionDetails"]}')
        return answer['result'].get('value')

    def complaints(self):
        """What the page logged, or did not catch."""
        said = [' '.join(str(a.get('value', a.get('description'))) for a in e['args']) for e in self.seen('Runtime.consoleAPICalled')]
        thrown = [e['exceptionDetails'].get('text', '') + str(e['exceptionDetails'].get('exception', {}).get('description', ''))
                  for e in self.seen('Runtime.exceptionThrown')]
        return said + thrown + [e['entry']['text'] for e in self.seen('Log.entryAdded')]

    def requests(self):
        return [e['request']['url'] for e in self.seen('Network.requestWillBeSent')]

    def mouse(self, kind, x, y, **more):
        self.call('Input.dispatchMouseEvent', type=kind, x=x, y=y, **more)
        self.settle()

    def click(self, x, y, count=1):
        self.mouse('mouseMoved', x, y)
        self.mouse('mousePressed', x, y, button='left', clickCount=count)
        self.mouse('mouseReleased', x, y, button='left', clickCount=count)

    def key(self, key, code=0):
        text = key if len(key) == 1 else '\r' if key == 'Enter' else ''
        self.call('Input.dispatchKeyEvent', type='keyDown' if text else 'rawKeyDown', key=key, text=text, windowsVirtualKeyCode=code)
        self.call('Input.dispatchKeyEvent', type='keyUp', key=key, windowsVirtualKeyCode=code)
        self.settle()

    def dark(self, on):
        self.call('Emulation.setEmulatedMedia', features=[{'name': 'prefers-color-scheme', 'value': 'dark' if on else 'light'}])
        self.settle()

    def screenshot(self, path, whole=False):
        data = self.call('Page.captureScreenshot', format='png', captureBeyondViewport=whole)['data']
        open(path, 'wb').write(base64.b64decode(data))

    def pdf(self, path):
        open(path, 'wb').write(base64.b64decode(self.call('Page.printToPDF', printBackground=True)['data']))

    def close(self):
        os.close(self.to)
        os.close(self.back)
        try:
            self.process.wait(10)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        shutil.rmtree(self.folder, ignore_errors=True)
