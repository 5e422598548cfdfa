// A page that is opened from disk may start no workers. For the search a hidden frame does what one would.
if (location.protocol === "file:") {
  const prelude = `
    postMessage = (data) => parent.postMessage(data, "*");
    importScripts = (...urls) => urls.reduce((before, url) => before.then(() => new Promise((loaded, failed) => {
      const script = document.createElement("script");
      Object.assign(script, { src: url, onload: loaded, onerror: failed });
      document.body.appendChild(script);
    })), Promise.resolve());`;
  window.IFrameWorker = class extends EventTarget {
    constructor(url) {
      super();
      const frame = document.createElement("iframe");
      frame.hidden = true;
      document.body.appendChild(frame);
      this.inner = frame.contentWindow;
      addEventListener("message", (event) => {
        if (event.source === this.inner) this.dispatchEvent(new MessageEvent("message", { data: event.data }));
      });
      const page = this.inner.document;
      page.open();
      page.write(`<body><script>${prelude}<\/script><script src="${url}"><\/script></body>`);
      page.close();
      this.ready = new Promise((loaded) => this.inner.addEventListener("load", loaded));
    }
    postMessage(data) {
      this.ready.then(() => this.inner.dispatchEvent(new MessageEvent("message", { data })));
    }
    terminate() {}
  };
  window.Worker = window.IFrameWorker;
}
